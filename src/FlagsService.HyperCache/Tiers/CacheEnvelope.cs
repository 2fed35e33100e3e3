using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace FlagsService.HyperCache.Tiers;

/// <summary>The bytes of a shared document: format (1 plain, 2 Brotli), revision (8 bytes, big-endian, so that a script can compare it as text), payload.</summary>
public static class CacheEnvelope
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderLength = 9;

    private const byte Plain = 1;
    private const byte Brotli = 2;
    private const int WorthCompressing = 1024;
    private const int LargestDocument = 256 * 1024 * 1024;

    /// <summary>Payload of a known absence.</summary>
    private static ReadOnlySpan<byte> Missing => "__missing__"u8;

    /// <summary>The envelope of a document or an absence.</summary>
    public static byte[] Write(CacheEntry entry)
    {
        var json = entry.IsAbsence ? Missing : entry.Json.Span;
        if (json.Length >= WorthCompressing)
        {
            var compressed = new byte[HeaderLength + BrotliEncoder.GetMaxCompressedLength(json.Length)];
            if (BrotliEncoder.TryCompress(json, compressed.AsSpan(HeaderLength), out var written, quality: 4, window: 22) && written < json.Length)
            {
                WriteHeader(compressed, Brotli, entry.Revision);
                return compressed[..(HeaderLength + written)];
            }
        }

        var plain = new byte[HeaderLength + json.Length];
        WriteHeader(plain, Plain, entry.Revision);
        json.CopyTo(plain.AsSpan(HeaderLength));
        return plain;
    }

    /// <summary>Null for what is no envelope: it counts as a miss and is deleted.</summary>
    public static CacheEntry? TryRead(ReadOnlyMemory<byte> envelope)
    {
        if (ReadRevision(envelope.Span) is not { } revision)
        {
            return null;
        }

        var payload = envelope[HeaderLength..];
        if (envelope.Span[0] == Brotli)
        {
            return Decompress(payload.Span) is { } json ? new CacheEntry(revision, json) : null;
        }

        return payload.Span.SequenceEqual(Missing) ? CacheEntry.Absence(revision) : new CacheEntry(revision, payload);
    }

    /// <summary>The revision in a header; null for what is no envelope.</summary>
    public static long? ReadRevision(ReadOnlySpan<byte> envelope) =>
        envelope.Length >= HeaderLength && envelope[0] is Plain or Brotli ? BinaryPrimitives.ReadInt64BigEndian(envelope[1..]) : null;

    private static void WriteHeader(Span<byte> envelope, byte format, long revision)
    {
        envelope[0] = format;
        BinaryPrimitives.WriteInt64BigEndian(envelope[1..], Math.Max(0, revision));
    }

    private static byte[]? Decompress(ReadOnlySpan<byte> payload)
    {
        var output = new ArrayBufferWriter<byte>(payload.Length * 4);
        using var decoder = new BrotliDecoder();
        while (true)
        {
            var status = decoder.Decompress(payload, output.GetSpan(64 * 1024), out var consumed, out var written);
            output.Advance(written);
            payload = payload[consumed..];
            if (status == OperationStatus.Done)
            {
                return output.WrittenSpan.ToArray();
            }

            if (status != OperationStatus.DestinationTooSmall || output.WrittenCount > LargestDocument)
            {
                return null;
            }
        }
    }
}
