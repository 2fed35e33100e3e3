using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FlagsService.Evaluation.Bucketing;

/// <summary>Where a caller falls between 0 and 1.</summary>
public static class BucketingHash
{
    /// <summary>The first 60 bits of the SHA-1 of the three parts, divided by 2^60.</summary>
    public static double Compute(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> identifier, ReadOnlySpan<byte> salt)
    {
        Span<byte> digest = stackalloc byte[20];
        byte[] text = [.. prefix, .. identifier, .. salt];
        SHA1.HashData(text, digest);
        return (double)(BinaryPrimitives.ReadUInt64BigEndian(digest) >> 4) / 1152921504606846976.0;
    }
}
