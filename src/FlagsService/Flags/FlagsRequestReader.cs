using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using FlagsService.Errors;

namespace FlagsService.Flags;

/// <summary>Bytes to <see cref="FlagsRequest"/>: gzip announced by query, by header or by its first bytes; JSON, base64 of JSON, or a form that holds either.</summary>
internal static class FlagsRequestReader
{
    /// <summary>Decodes a body that was read.</summary>
    /// <returns>Null on success.</returns>
    internal static ApiError? Decode(ReadOnlyMemory<byte> body, string? contentType, string? contentEncoding, string? compression, FlagsRequest target)
    {
        var type = MediaType(contentType);
        if (type.Length == 0 || type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Equals("text/plain", StringComparison.OrdinalIgnoreCase))
        {
            var (unpacked, error) = Unpack(body, contentEncoding, compression, target);
            return error ?? DecodeText(unpacked, isPacked: !unpacked.Equals(body), target);
        }

        return type.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
            ? DecodeForm(body, compression, target)
            : ApiErrors.UnsupportedContentType(new string([.. type.ToString().Where(c => c is >= ' ' and < '\x7F').Take(100)]));
    }

    private static ReadOnlySpan<char> MediaType(string? contentType)
    {
        var text = contentType.AsSpan();
        var end = text.IndexOf(';');
        return (end < 0 ? text : text[..end]).Trim();
    }

    private static (ReadOnlyMemory<byte> Body, ApiError? Error) Unpack(ReadOnlyMemory<byte> body, string? contentEncoding, string? compression, FlagsRequest target)
    {
        var isGzip = body.Span is [0x1F, 0x8B, ..];
        if (!string.IsNullOrEmpty(compression))
        {
            // Said to be gzip without being it: some clients say so and send plain JSON.
            return compression switch
            {
                "gzip" or "gzip-js" => isGzip ? FlagsBodyReader.Unpack(body, target) : (body, null),
                "base64" => (body, null),
                _ => (default, ApiErrors.UnsupportedCompression),
            };
        }

        var isAnnounced = contentEncoding?.Contains("gzip", StringComparison.OrdinalIgnoreCase) == true;
        return isGzip ? FlagsBodyReader.Unpack(body, target)
            : isAnnounced && !LooksLikeJson(body.Span) ? (default, ApiErrors.InvalidGzip)
            : (body, null);
    }

    private static bool LooksLikeJson(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];

    private static ApiError? DecodeText(ReadOnlyMemory<byte> text, bool isPacked, FlagsRequest target)
    {
        var valid = ToValidUtf8(text, target);
        if (FlagsJsonReader.TryRead(valid, target))
        {
            target.IsPlain = !isPacked;
            return null;
        }

        return TryDecodeBase64(valid.Span, isPercentEncoded: true, target, out var decoded) && FlagsJsonReader.TryRead(ToValidUtf8(decoded, target), target)
            ? null
            : ApiErrors.InvalidJson;
    }

    private static ApiError? DecodeForm(ReadOnlyMemory<byte> body, string? compression, FlagsRequest target)
    {
        var data = FormValue(body.Span, "data"u8) ?? body.ToArray();
        var stated = FormValue(body.Span, "compression"u8) is { } value ? Encoding.UTF8.GetString(value) : compression;
        switch (stated)
        {
            case "gzip" or "gzip-js":
                return ApiErrors.GzipInForm;
            case null or "" or "base64":
                break;
            default:
                return ApiErrors.UnsupportedCompression;
        }

        var decoded = PercentDecode(data);
        if (!Utf8.IsValid(decoded))
        {
            return ApiErrors.InvalidUtf8;
        }

        if (decoded.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{', ..])
        {
            return FlagsJsonReader.TryRead(decoded, target) ? null : ApiErrors.InvalidJson;
        }

        return TryDecodeBase64(decoded, isPercentEncoded: false, target, out var json) && FlagsJsonReader.TryRead(ToValidUtf8(json, target), target)
            ? null
            : ApiErrors.InvalidJson;
    }

    private static byte[]? FormValue(ReadOnlySpan<byte> form, ReadOnlySpan<byte> name)
    {
        while (!form.IsEmpty)
        {
            var end = form.IndexOf((byte)'&');
            var field = end < 0 ? form : form[..end];
            if (field.Length > name.Length && field.StartsWith(name) && field[name.Length] == '=')
            {
                return field[(name.Length + 1)..].ToArray();
            }

            form = end < 0 ? default : form[(end + 1)..];
        }

        return null;
    }

    private static bool TryDecodeBase64(ReadOnlySpan<byte> text, bool isPercentEncoded, FlagsRequest target, out ReadOnlyMemory<byte> decoded)
    {
        decoded = default;
        var digits = isPercentEncoded ? PercentDecode(text.ToArray()) : text.ToArray();
        var length = 0;
        foreach (var c in digits)
        {
            if (c is not ((byte)' ' or (byte)'\r' or (byte)'\n' or (byte)'='))
            {
                digits[length++] = c switch { (byte)'-' => (byte)'+', (byte)'_' => (byte)'/', _ => c };
            }
        }

        if (length == 0 || length % 4 == 1)
        {
            return false;
        }

        var padded = (length + 3) / 4 * 4;
        Array.Resize(ref digits, Math.Max(digits.Length, padded));
        digits.AsSpan(length, padded - length).Fill((byte)'=');
        var buffer = target.Rent(Base64.GetMaxDecodedFromUtf8Length(padded));
        if (Base64.DecodeFromUtf8(digits.AsSpan(0, padded), buffer, out _, out var written) != OperationStatus.Done)
        {
            return false;
        }

        decoded = buffer.AsMemory(0, written);
        return true;
    }

    private static byte[] PercentDecode(byte[] text)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && Utf8Parser.TryParse(text.AsSpan(i + 1, 2), out byte value, out var used, 'x') && used == 2)
            {
                text[length++] = value;
                i += 2;
            }
            else
            {
                text[length++] = text[i];
            }
        }

        return length == text.Length ? text : text[..length];
    }

    private static ReadOnlyMemory<byte> ToValidUtf8(ReadOnlyMemory<byte> text, FlagsRequest target)
    {
        if (Utf8.IsValid(text.Span))
        {
            return text;
        }

        // Every invalid sequence becomes U+FFFD, which is up to three bytes for one.
        var repaired = Encoding.UTF8.GetString(text.Span);
        var buffer = target.Rent(Encoding.UTF8.GetMaxByteCount(repaired.Length));
        return buffer.AsMemory(0, Encoding.UTF8.GetBytes(repaired, buffer));
    }
}
