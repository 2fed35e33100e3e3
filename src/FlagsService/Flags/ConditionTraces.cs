using System.Text.Json;
using System.Text.Json.Nodes;
using FlagsService.Evaluation.Results;

namespace FlagsService.Flags;

/// <summary>The explain trace of a flag as JSON.</summary>
internal static class ConditionTraces
{
    internal static byte[] Render(IReadOnlyList<ConditionTrace> conditions) => JsonSerializer.SerializeToUtf8Bytes(new JsonArray([.. conditions.Select(Render)]));

    private static JsonObject Render(ConditionTrace condition) => new()
    {
        ["index"] = condition.Index,
        ["properties"] = new JsonArray([.. condition.Properties.Select(Render)]),
        ["rollout_percentage"] = condition.RolloutPercentage,
        ["variant"] = condition.Variant,
        ["matched"] = condition.Matched,
        ["properties_matched"] = condition.PropertiesMatched,
        ["rollout_excluded"] = condition.RolloutExcluded,
        ["explanation"] = condition.Explanation,
    };

    private static JsonObject Render(PropertyTrace property) => new()
    {
        ["key"] = property.Key,
        ["operator"] = property.Operator,
        ["value"] = JsonNode.Parse(property.ValueJson),
        ["type"] = property.Type,
        ["actual_value"] = property.ActualValueJson is { } actual ? JsonNode.Parse(actual) : null,
        ["matched"] = property.Matched,
        ["explanation"] = property.Explanation,
    };
}
