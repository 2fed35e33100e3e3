using System.Buffers;
using System.Text;
using System.Text.Json;
using FlagsService.Evaluation.Matching;

namespace FlagsService.Evaluation.Results;

/// <summary>Payloads as they travel: always a string that holds JSON, because clients refuse a whole answer for anything else.</summary>
public static class PayloadText
{
    /// <summary>The payload of a variant key, or of <c>true</c>; null when there is none. There is no fallback from one key to another.</summary>
    public static string? Find(JsonElement payloads, string key) =>
        payloads.ValueKind == JsonValueKind.Object && payloads.TryGetProperty(key, out var payload) ? Render(payload) : null;

    /// <summary>JSON text of a stored payload: null for null, text that is JSON as it is, other text as a JSON string, everything else as compact JSON.</summary>
    public static string? Render(JsonElement payload)
    {
        switch (payload.ValueKind)
        {
            case JsonValueKind.Null or JsonValueKind.Undefined:
                return null;
            case JsonValueKind.String:
                var text = payload.GetString()!;
                return IsJson(text) ? text : Quote(text);
            default:
                return Encoding.UTF8.GetString(Compact(payload));
        }
    }

    /// <summary>A JSON string that holds the text.</summary>
    internal static string Quote(string text)
    {
        var target = new ArrayBufferWriter<byte>();
        JsonText.AppendQuoted(Encoding.UTF8.GetBytes(text), target);
        return Encoding.UTF8.GetString(target.WrittenSpan);
    }

    private static bool IsJson(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), new JsonReaderOptions { MaxDepth = 256 });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ReadOnlySpan<byte> Compact(JsonElement payload)
    {
        var target = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(target, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1000 }))
        {
            payload.WriteTo(writer);
        }

        return target.WrittenSpan;
    }
}
