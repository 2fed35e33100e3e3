using System.Text.Encodings.Web;
using System.Text.Json;
using FlagsService.Evaluation.Results;

namespace FlagsService.RemoteConfig;

/// <summary>The payload of a remote configuration flag as it travels: a JSON string that holds JSON. SDKs parse twice.</summary>
internal static class RemoteConfigPayload
{
    /// <summary>What a key that may not see an encrypted payload gets in its place, quotes included.</summary>
    internal const string Redacted = "\"********* (encrypted)\"";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The stored value under <c>payloads.true</c>; undefined when there is none that says anything.</summary>
    internal static JsonElement Find(ReadOnlyMemory<byte>? filters)
    {
        if (filters is not { } json)
        {
            return default;
        }

        try
        {
            return JsonElement.Parse(json.Span) is { ValueKind: JsonValueKind.Object } document
                && document.TryGetProperty("payloads", out var payloads) && payloads.ValueKind == JsonValueKind.Object
                && payloads.TryGetProperty("true", out var payload) && !IsEmpty(payload) ? payload : default;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    /// <summary>The body for a stored payload.</summary>
    internal static byte[] Write(JsonElement payload) => JsonSerializer.SerializeToUtf8Bytes(PayloadText.Render(payload), Plain);

    /// <summary>The body for a text; null for an empty one.</summary>
    internal static byte[] Write(string text) => Write(text.Length == 0 ? default : JsonSerializer.SerializeToElement(text));

    // Python and node raise on an empty body, so nothing is said as null.
    private static bool IsEmpty(JsonElement payload) => payload.ValueKind switch
    {
        JsonValueKind.String => payload.ValueEquals(""u8),
        JsonValueKind.Number => payload.TryGetDouble(out var number) && number == 0,
        JsonValueKind.Array => payload.GetArrayLength() == 0,
        JsonValueKind.Object => payload.GetPropertyCount() == 0,
        JsonValueKind.True => false,
        _ => true,
    };
}
