using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace FlagsService.RemoteConfig;

/// <summary>Reads Fernet tokens: url-safe base64 of a version byte, eight bytes of time, an AES-128-CBC vector, the ciphertext, and an HMAC-SHA256 over all of that. Tokens have no age here: a payload is as good as the day it was stored.</summary>
internal static class FernetToken
{
    private const byte Version = 0x80;
    private const int HeaderLength = 9;
    private const int BlockLength = 16;
    private const int SignatureLength = 32;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text under the first key that signed it and decrypts it; null when none does, or when it is no token.</summary>
    internal static string? TryDecrypt(string token, IReadOnlyList<FernetKey> keys)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(token.Length)];
        if (!TryDecode(token, bytes, out var length))
        {
            return null;
        }

        // Keys of fewer than 17 bytes have the same signing half, all zero: a signature alone does not tell whose token it is.
        foreach (var key in keys)
        {
            if (IsSigned(bytes.AsSpan(0, length), key) && TryDecrypt(bytes.AsSpan(0, length), key) is { } text)
            {
                return text;
            }
        }

        return null;
    }

    private static bool TryDecode(string token, Span<byte> bytes, out int length)
    {
        try
        {
            return Base64Url.TryDecodeFromChars(token, bytes, out length);
        }
        catch (FormatException)
        {
            length = 0;
            return false;
        }
    }

    private static bool IsSigned(ReadOnlySpan<byte> content, FernetKey key)
    {
        var encrypted = content.Length - HeaderLength - BlockLength - SignatureLength;
        if (encrypted < BlockLength || encrypted % BlockLength != 0 || content[0] != Version)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[SignatureLength];
        HMACSHA256.HashData(key.Signing, content[..^SignatureLength], expected);
        return CryptographicOperations.FixedTimeEquals(expected, content[^SignatureLength..]);
    }

    private static string? TryDecrypt(ReadOnlySpan<byte> content, FernetKey key)
    {
        using var aes = Aes.Create();
        aes.SetKey(key.Encryption);
        try
        {
            return Strict.GetString(aes.DecryptCbc(content[(HeaderLength + BlockLength)..^SignatureLength], content.Slice(HeaderLength, BlockLength)));
        }
        catch (Exception exception) when (exception is CryptographicException or DecoderFallbackException)
        {
            return null;
        }
    }
}
