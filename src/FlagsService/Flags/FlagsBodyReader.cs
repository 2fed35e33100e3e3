using System.Buffers;
using System.IO.Compression;
using FlagsService.Errors;

namespace FlagsService.Flags;

/// <summary>Brings a body into one buffer: at most 2 MiB as received, at most 4 MiB unpacked.</summary>
internal static class FlagsBodyReader
{
    internal const int ReceivedLimit = 2 * 1024 * 1024;
    internal const int UnpackedLimit = 4 * 1024 * 1024;

    /// <summary>The body as received; an error when it is too large, or breaks off.</summary>
    internal static async ValueTask<(ReadOnlyMemory<byte> Body, ApiError? Error)> ReadAsync(HttpRequest request, FlagsRequest target, CancellationToken cancellationToken)
    {
        try
        {
            return request.ContentLength > ReceivedLimit ? TooLarge() : await ReadAllAsync(request, target, cancellationToken);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge();
        }
        catch (IOException)
        {
            // The connection broke, or what came over it was no body.
            FlagsMetrics.BodyReadFailed.Add(1);
            return (default, ApiErrors.BodyUnreadable);
        }
    }

    private static async ValueTask<(ReadOnlyMemory<byte> Body, ApiError? Error)> ReadAllAsync(HttpRequest request, FlagsRequest target, CancellationToken cancellationToken)
    {

        var buffer = target.Rent((int)(request.ContentLength ?? 4096));
        var length = 0;
        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (length + result.Buffer.Length > ReceivedLimit)
            {
                reader.AdvanceTo(result.Buffer.End);
                return TooLarge();
            }

            while (buffer.Length < length + result.Buffer.Length)
            {
                buffer = target.Grow(buffer, length);
            }

            result.Buffer.CopyTo(buffer.AsSpan(length));
            length += (int)result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return (buffer.AsMemory(0, length), null);
            }
        }
    }

    /// <summary>Unpacks gzip and stops as soon as the limit is passed: a bomb is never inflated.</summary>
    internal static (ReadOnlyMemory<byte> Body, ApiError? Error) Unpack(ReadOnlyMemory<byte> packed, FlagsRequest target)
    {
        using var source = new MemoryStream(packed.ToArray(), writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        var buffer = target.Rent(Math.Min(UnpackedLimit, packed.Length * 4));
        var length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    buffer = target.Grow(buffer, length);
                }

                var read = gzip.Read(buffer, length, buffer.Length - length);
                length += read;
                if (length > UnpackedLimit)
                {
                    FlagsMetrics.GzipExceeded.Add(1);
                    return (default, ApiErrors.DecompressedTooLarge(UnpackedLimit, length));
                }

                if (read == 0)
                {
                    return (buffer.AsMemory(0, length), null);
                }
            }
        }
        catch (InvalidDataException)
        {
            return (default, ApiErrors.InvalidGzip);
        }
    }

    private static (ReadOnlyMemory<byte> Body, ApiError? Error) TooLarge()
    {
        FlagsMetrics.BodyTooLarge.Add(1);
        return (default, ApiErrors.BodyTooLarge);
    }
}
