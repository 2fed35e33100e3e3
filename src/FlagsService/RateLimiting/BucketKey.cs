using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace FlagsService.RateLimiting;

/// <summary>Whose bucket it is, in 16 bytes that tell nothing: an address, a team id, or the first half of a token's SHA-256.</summary>
internal static class BucketKey
{
    private const int OnStack = 1024;

    internal static UInt128 Of(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address?.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>Where it does no harm that two tokens in four thousand million share a bucket: the runtime's hash, keyed anew by each process.</summary>
    internal static UInt128 Quick(string token) => (uint)token.GetHashCode(StringComparison.Ordinal);

    internal static UInt128 Of(string token)
    {
        var most = Encoding.UTF8.GetMaxByteCount(token.Length);
        var rented = most > OnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        var bytes = rented ?? stackalloc byte[OnStack];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(token, bytes)], digest);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
