using System.Text.Json;

namespace FlagsService.TestKit.Vectors;

/// <summary>Compares what a case expects of a flag with its record in the answer.</summary>
public static class VectorExpectation
{
    /// <summary>The first difference in words; null when there is none. <paramref name="record"/> is undefined for a flag that is absent.</summary>
    public static string? FindDifference(string key, JsonElement expected, JsonElement record)
    {
        if (expected.TryGetProperty("present", out var present) && present.ValueKind == JsonValueKind.False)
        {
            return record.ValueKind == JsonValueKind.Undefined ? null : $"{key} is present: {record}";
        }

        if (record.ValueKind != JsonValueKind.Object)
        {
            return $"{key} is absent";
        }

        var reason = record.GetProperty("reason");
        return Different(key, "enabled", expected, record.GetProperty("enabled"))
            ?? Different(key, "variant", expected, record.GetProperty("variant"))
            ?? Different(key, "reason_code", expected, reason.GetProperty("code"))
            ?? Different(key, "condition_index", expected, reason.GetProperty("condition_index"))
            ?? DifferentPayload(key, expected, record.GetProperty("metadata").GetProperty("payload"))
            ?? Failure(key, expected, record);
    }

    // A case states the stored value; a payload travels as a string that holds JSON, stored text that is JSON as it is.
    private static string? DifferentPayload(string key, JsonElement expected, JsonElement sent)
    {
        if (!expected.TryGetProperty("payload", out var stored))
        {
            return null;
        }

        if (sent.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
        {
            return $"{key}: payload travels as {sent.ValueKind}";
        }

        var wanted = stored.ValueKind == JsonValueKind.String && TryParse(stored.GetString()!) is { } inner ? inner : stored;
        var actual = sent.ValueKind == JsonValueKind.Null ? sent : TryParse(sent.GetString()!);
        return actual is { } value && JsonElement.DeepEquals(wanted, value) ? null : $"{key}: payload is {sent.GetRawText()}, expected {stored.GetRawText()}";
    }

    private static JsonElement? TryParse(string text)
    {
        try
        {
            return JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Different(string key, string member, JsonElement expected, JsonElement actual) =>
        expected.TryGetProperty(member, out var wanted) && !JsonElement.DeepEquals(wanted, actual) ? $"{key}: {member} is {actual.GetRawText()}, expected {wanted.GetRawText()}" : null;

    private static string? Failure(string key, JsonElement expected, JsonElement record)
    {
        var wanted = expected.TryGetProperty("failed", out var failed) && failed.GetBoolean();
        return wanted == record.TryGetProperty("failed", out _) ? null : $"{key}: failed is expected to be {wanted}: {record}";
    }
}
