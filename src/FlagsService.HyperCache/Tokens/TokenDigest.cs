using System.Security.Cryptography;
using System.Text;

namespace FlagsService.HyperCache.Tokens;

/// <summary>The only form in which a token is kept, compared or sent between processes: <c>sha256$</c> and 64 lower-case hex digits, without salt.</summary>
/// <param name="Text">The digest as text.</param>
public readonly record struct TokenDigest(string Text)
{
    /// <summary>Digest of a token's UTF-8 bytes.</summary>
    public static TokenDigest Of(string token) => new("sha256$" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))));

    /// <inheritdoc/>
    public override string ToString() => Text;
}
