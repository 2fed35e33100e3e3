using System.Text.Json;

namespace FlagsService.Tests.FlagDefinitions;

/// <summary>Reads a definitions document as the strictest of the SDKs do together: typed members, and one wrong type anywhere refuses it all.</summary>
internal static class StrictReader
{
    private static readonly string[] Operators =
    [
        "exact", "is_not", "icontains", "not_icontains", "icontains_multi", "not_icontains_multi", "starts_with", "not_starts_with", "ends_with", "not_ends_with", "regex", "not_regex",
        "gt", "gte", "lt", "lte", "is_set", "is_not_set", "is_date_exact", "is_date_before", "is_date_after", "in", "not_in", "flag_evaluates_to", "semver_eq", "semver_neq", "semver_gt",
        "semver_gte", "semver_lt", "semver_lte", "semver_tilde", "semver_caret", "semver_wildcard", "min", "max", "between", "not_between",
    ];

    /// <summary>What such a reader would stumble over, by path; empty when it loads everything.</summary>
    internal static IReadOnlyList<string> FindRefusals(JsonElement document)
    {
        var refusals = new List<string>();
        void Check(bool isFine, string path)
        {
            if (!isFine)
            {
                refusals.Add(path);
            }
        }

        Check(document.EnumerateObject().Select(member => member.Name).SequenceEqual(["flags", "group_type_mapping", "cohorts", "minimal_flag_called_events", "property_matching_version"]), "members");
        Check(IsBoolean(document, "minimal_flag_called_events") && IsInt32(document, "property_matching_version"), "gates");
        Check(document.GetProperty("group_type_mapping").EnumerateObject().All(type => type.Value.ValueKind == JsonValueKind.String), "group_type_mapping");
        foreach (var flag in document.GetProperty("flags").EnumerateArray())
        {
            var name = flag.GetProperty("key").GetString()!;
            CheckFlag(flag, (isFine, what) => Check(isFine, $"{name}.{what}"));
        }

        foreach (var cohort in document.GetProperty("cohorts").EnumerateObject())
        {
            CheckCohort(cohort.Value, (isFine, what) => Check(isFine, $"cohort {cohort.Name}.{what}"));
        }

        return refusals;
    }

    private static void CheckFlag(JsonElement flag, Action<bool, string> check)
    {
        foreach (var name in new[] { "id", "team_id", "version" })
        {
            check(IsInt32(flag, name), name);
        }

        foreach (var name in new[] { "active", "deleted", "ensure_experience_continuity", "has_encrypted_payloads", "has_experiment" })
        {
            check(IsBoolean(flag, name), name);
        }

        check(IsText(flag, "name"), "name");
        check(flag.GetProperty("evaluation_runtime").ValueKind == JsonValueKind.Null || IsText(flag, "evaluation_runtime"), "evaluation_runtime");
        check(flag.GetProperty("bucketing_identifier").ValueKind == JsonValueKind.Null || IsText(flag, "bucketing_identifier"), "bucketing_identifier");
        foreach (var name in new[] { "evaluation_tags", "evaluation_contexts" })
        {
            check(flag.GetProperty(name).EnumerateArray().All(context => context.ValueKind == JsonValueKind.String), name);
        }

        var filters = flag.GetProperty("filters");
        check(IsIndexOrNull(filters, "aggregation_group_type_index"), "aggregation_group_type_index");
        check(IsBooleanOrAbsent(filters, "early_exit") && IsBooleanOrAbsent(filters, "feature_enrollment"), "early_exit");
        foreach (var payload in filters.GetProperty("payloads").EnumerateObject())
        {
            check(payload.Value.ValueKind == JsonValueKind.String && IsJson(payload.Value.GetString()!), "payloads." + payload.Name);
        }

        if (filters.TryGetProperty("holdout", out var holdout))
        {
            check(holdout.GetProperty("id").TryGetInt64(out _) && holdout.GetProperty("exclusion_percentage").ValueKind == JsonValueKind.Number, "holdout");
        }

        if (filters.GetProperty("multivariate") is { ValueKind: not JsonValueKind.Null } multivariate)
        {
            foreach (var variant in multivariate.GetProperty("variants").EnumerateArray())
            {
                check(IsText(variant, "key") && IsText(variant, "name") && variant.GetProperty("rollout_percentage").ValueKind == JsonValueKind.Number, "variants");
            }
        }

        foreach (var group in filters.GetProperty("groups").EnumerateArray())
        {
            check(group.GetProperty("rollout_percentage").ValueKind is JsonValueKind.Number or JsonValueKind.Null, "rollout_percentage");
            check(group.GetProperty("variant").ValueKind is JsonValueKind.String or JsonValueKind.Null, "variant");
            check(IsIndexOrNull(group, "aggregation_group_type_index"), "groups.aggregation_group_type_index");
            foreach (var property in group.GetProperty("properties").EnumerateArray())
            {
                CheckProperty(property, check);
            }
        }
    }

    private static void CheckProperty(JsonElement property, Action<bool, string> check)
    {
        check(IsText(property, "key"), "property.key");
        check(IsText(property, "operator") && Operators.Contains(property.GetProperty("operator").GetString(), StringComparer.Ordinal), "property.operator");
        check(IsBooleanOrAbsent(property, "negation"), "property.negation");
        check(IsIndexOrNull(property, "group_type_index"), "property.group_type_index");
        var value = property.GetProperty("value");
        var type = property.GetProperty("type").GetString();
        check(
            type switch
            {
                "person" or "group" => value.ValueKind is JsonValueKind.String or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null
                    || (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String or JsonValueKind.Number)),
                "cohort" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
                "flag" => value.ValueKind is JsonValueKind.String or JsonValueKind.True or JsonValueKind.False && IsChain(property),
                _ => false,
            },
            $"property of type {type}");
    }

    private static bool IsChain(JsonElement property)
    {
        var chain = property.GetProperty("dependency_chain").EnumerateArray().Select(key => key.GetString()).ToArray();
        return chain.Length == 0 || chain[^1] == property.GetProperty("key").GetString();
    }

    private static void CheckCohort(JsonElement node, Action<bool, string> check)
    {
        if (node.TryGetProperty("values", out var values))
        {
            check(node.GetProperty("type").GetString() is "AND" or "OR", "type");
            check(values.GetArrayLength() > 0, "values");
            foreach (var child in values.EnumerateArray())
            {
                CheckCohort(child, check);
            }

            return;
        }

        check(node.GetProperty("type").GetString() is "person" or "group" or "cohort", "leaf");
        CheckProperty(node, check);
    }

    private static bool IsBoolean(JsonElement owner, string name) => owner.GetProperty(name).ValueKind is JsonValueKind.True or JsonValueKind.False;

    private static bool IsBooleanOrAbsent(JsonElement owner, string name) => !owner.TryGetProperty(name, out _) || IsBoolean(owner, name);

    private static bool IsText(JsonElement owner, string name) => owner.GetProperty(name).ValueKind == JsonValueKind.String;

    private static bool IsInt32(JsonElement owner, string name) => owner.GetProperty(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out _);

    // One of them reads a byte.
    private static bool IsIndexOrNull(JsonElement owner, string name) =>
        !owner.TryGetProperty(name, out var index) || index.ValueKind == JsonValueKind.Null || (index.ValueKind == JsonValueKind.Number && index.TryGetByte(out _));

    private static bool IsJson(string text)
    {
        try
        {
            JsonElement.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
