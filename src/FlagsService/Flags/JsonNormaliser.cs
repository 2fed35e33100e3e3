using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FlagsService.Flags;

/// <summary>Rewrites tolerated JSON as strict JSON: comments and trailing commas go, non-finite numbers become null, half a surrogate pair becomes U+FFFD.</summary>
internal static class JsonNormaliser
{
    /// <summary>Strict JSON of the same value; null when it is none even with tolerance.</summary>
    internal static byte[]? Normalise(ReadOnlySpan<byte> json, int depthLimit)
    {
        var finite = ReplaceNonFinite(json);
        var output = new ArrayBufferWriter<byte>(finite.Length);
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        var reader = new Utf8JsonReader(finite, new JsonReaderOptions { AllowTrailingCommas = true, MaxDepth = depthLimit });
        try
        {
            while (reader.Read())
            {
                Copy(ref reader, writer);
            }
        }
        catch (JsonException)
        {
            return null;
        }

        writer.Flush();
        return output.WrittenCount == 0 ? null : output.WrittenSpan.ToArray();
    }

    /// <summary>False for a literal that overflows a double.</summary>
    internal static bool IsFinite(ReadOnlySpan<byte> number) =>
        (number.Length < 300 && number.IndexOfAny((byte)'e', (byte)'E') < 0)
        || (double.TryParse(number, System.Globalization.CultureInfo.InvariantCulture, out var value) && double.IsFinite(value));

    /// <summary>Whether an escaped text holds a \u escape of half a pair without the other half.</summary>
    internal static bool HasLoneSurrogate(ReadOnlySpan<byte> escaped)
    {
        for (var i = 0; i + 1 < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                continue;
            }

            if (escaped[i + 1] != 'u')
            {
                i++;
                continue;
            }

            var unit = Unit(escaped, i);
            i += 5;
            if (char.IsHighSurrogate(unit) && i + 6 < escaped.Length && escaped[i + 1] == '\\' && escaped[i + 2] == 'u' && char.IsLowSurrogate(Unit(escaped, i + 1)))
            {
                i += 6;
            }
            else if (char.IsSurrogate(unit))
            {
                return true;
            }
        }

        return false;
    }

    private static char Unit(ReadOnlySpan<byte> escaped, int backslash) =>
        System.Buffers.Text.Utf8Parser.TryParse(escaped.Slice(backslash + 2, 4), out uint unit, out _, 'x') ? (char)unit : '\0';

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.PropertyName:
                writer.WritePropertyName(Text(ref reader));
                break;
            case JsonTokenType.String:
                writer.WriteStringValue(Text(ref reader));
                break;
            case JsonTokenType.Number when !IsFinite(reader.ValueSpan):
                writer.WriteNullValue();
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped || !HasLoneSurrogate(reader.ValueSpan))
        {
            return reader.GetString()!;
        }

        var text = new StringBuilder();
        var escaped = Encoding.UTF8.GetString(reader.ValueSpan);
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '\\')
            {
                text.Append(escaped[i]);
                continue;
            }

            i++;
            text.Append(escaped[i] switch
            {
                'u' => (char)Convert.ToUInt16(escaped.Substring(i + 1, 4), 16),
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'b' => '\b',
                'f' => '\f',
                var other => other,
            });
            i += escaped[i] == 'u' ? 4 : 0;
        }

        // Encoding replaces every unit that has no partner.
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToString()));
    }

    // Quotes inside a comment open no text.
    private static int CommentLength(ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith("//"u8))
        {
            var end = rest.IndexOf((byte)'\n');
            return end < 0 ? rest.Length : end;
        }

        if (!rest.StartsWith("/*"u8))
        {
            return 0;
        }

        var close = rest[2..].IndexOf("*/"u8);
        return close < 0 ? 0 : close + 4;
    }

    private static ReadOnlySpan<byte> ReplaceNonFinite(ReadOnlySpan<byte> json)
    {
        var output = new ArrayBufferWriter<byte>(json.Length);
        var isText = false;
        for (var i = 0; i < json.Length; i++)
        {
            var rest = json[i..];
            if (isText && rest[0] == '\\' && rest.Length > 1)
            {
                output.Write(rest[..2]);
                i++;
                continue;
            }

            if (!isText && CommentLength(rest) is > 0 and var comment)
            {
                i += comment - 1;
                continue;
            }

            isText ^= rest[0] == '"';
            var skipped = isText ? 0
                : rest.StartsWith("NaN"u8) ? 3
                : rest.StartsWith("-Infinity"u8) ? 9
                : rest.StartsWith("+Infinity"u8) ? 9
                : rest.StartsWith("Infinity"u8) ? 8
                : 0;
            if (skipped > 0)
            {
                output.Write("null"u8);
                i += skipped - 1;
            }
            else
            {
                output.Write(rest[..1]);
            }
        }

        return output.WrittenSpan;
    }
}
