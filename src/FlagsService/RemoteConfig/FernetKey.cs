using System.Text;

namespace FlagsService.RemoteConfig;

/// <summary>A Fernet key: 16 bytes that sign and 16 that encrypt.</summary>
/// <remarks>Made from any text, as PostHog does: its first 32 bytes, or fewer behind as many zero bytes as are missing.</remarks>
internal readonly struct FernetKey
{
    private const int Length = 32;
    private const int Half = 16;
    private readonly byte[] bytes;

    private FernetKey(byte[] bytes) => this.bytes = bytes;

    internal ReadOnlySpan<byte> Signing => bytes.AsSpan(0, Half);

    internal ReadOnlySpan<byte> Encryption => bytes.AsSpan(Half);

    internal static FernetKey Of(string secret)
    {
        var text = Encoding.UTF8.GetBytes(secret).AsSpan();
        var bytes = new byte[Length];
        text = text[..Math.Min(text.Length, Length)];
        text.CopyTo(bytes.AsSpan(Length - text.Length));
        return new FernetKey(bytes);
    }
}
