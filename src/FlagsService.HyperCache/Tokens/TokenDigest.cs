using System.Security.Cryptography;
using System.Text;

namespace FlagsService.HyperCache.Tokens;

/// <summary>The only form in which a token is kept, compared or sent between processes: <c>sha256$</c> and 64 lower-case hex digits, without salt.</summary>
/// <param name="Text">The digest as text.</param>
public readonly record struct TokenDigest(string Text)
{
    private const string Prefix = "sha256$";
    private const int OnStack = 1024;

    /// <summary>Digest of a token's UTF-8 bytes.</summary>
    public static TokenDigest Of(string token)
    {
        var most = Encoding.UTF8.GetMaxByteCount(token.Length);
        Span<byte> bytes = most <= OnStack ? stackalloc byte[OnStack] : new byte[most];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(token, bytes)], digest);
        return new(string.Create(Prefix.Length + (2 * SHA256.HashSizeInBytes), digest, static (text, hashed) =>
        {
            Prefix.CopyTo(text);
            Convert.TryToHexStringLower(hashed, text[Prefix.Length..], out _);
        }));
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
