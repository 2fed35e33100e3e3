using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FlagsService.Evaluation.Bucketing;

/// <summary>Where a caller falls between 0 and 1.</summary>
public static class BucketingHash
{
    /// <summary>The first 60 bits of the SHA-1 of the three parts, divided by 2^60.</summary>
    public static double Compute(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> identifier, ReadOnlySpan<byte> salt)
    {
        var length = prefix.Length + identifier.Length + salt.Length;
        Span<byte> text = length <= 1024 ? stackalloc byte[length] : new byte[length];
        prefix.CopyTo(text);
        identifier.CopyTo(text[prefix.Length..]);
        salt.CopyTo(text[(prefix.Length + identifier.Length)..]);
        Span<byte> digest = stackalloc byte[20];
        SHA1.HashData(text, digest);
        return FromDigest(BinaryPrimitives.ReadUInt64BigEndian(digest));
    }

    /// <summary>The place of a digest that begins with these 64 bits.</summary>
    internal static double FromDigest(ulong first) => (double)(first >> 4) / 1152921504606846976.0;
}
