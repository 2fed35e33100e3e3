using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace FlagsService.Evaluation.Tests.Properties;

/// <summary>The rules once more, written for reading: straight over the documents, one flag at a time, with nothing prepared or remembered.</summary>
internal sealed class NaiveEvaluator(IReadOnlyDictionary<int, JsonObject> flags, IReadOnlyDictionary<int, JsonObject> cohorts, string id, JsonObject person, JsonObject groups)
{
    internal sealed record Verdict(bool Enabled, string? Variant, string Code, int? Condition);

    public Verdict Evaluate(int flagId)
    {
        var flag = flags[flagId];
        var key = (string)flag["key"]!;
        var filters = flag["filters"]!.AsObject();
        if (filters["feature_enrollment"] is { } enrollment && (bool)enrollment && person.ContainsKey("$feature_enrollment/" + key))
        {
            return new Verdict(Text(person["$feature_enrollment/" + key]).Equals("true", StringComparison.OrdinalIgnoreCase), null, "super_condition_value", 0);
        }

        if (filters["holdout"] is JsonObject holdout && Hash("holdout-" + Identifier(filters["aggregation_group_type_index"])) <= (double)holdout["exclusion_percentage"]! / 100)
        {
            return new Verdict(true, "holdout-" + holdout["id"], "holdout_condition_value", null);
        }

        var best = (Rank: 1, Code: "no_group_type", Index: (int?)null);
        var conditions = filters["groups"]!.AsArray();
        for (var i = 0; i < conditions.Count; i++)
        {
            var condition = conditions[i]!.AsObject();
            var aggregation = condition.ContainsKey("aggregation_group_type_index") ? condition["aggregation_group_type_index"] : filters["aggregation_group_type_index"];
            var (rank, code) = Try(key, condition, aggregation);
            if (rank == 4)
            {
                return new Verdict(true, Variant(key, filters, condition, aggregation), code, i);
            }

            best = rank >= best.Rank ? (rank, code, i) : best;
            if (rank == 3 && filters["early_exit"] is { } early && (bool)early)
            {
                break;
            }
        }

        return new Verdict(false, null, best.Code, best.Index);
    }

    private (int Rank, string Code) Try(string key, JsonObject condition, JsonNode? aggregation)
    {
        if (aggregation is not null && Identifier(aggregation).Length == 0)
        {
            return (1, "no_group_type");
        }

        if (!condition["properties"]!.AsArray().All(filter => Matches(filter!.AsObject(), false)))
        {
            return (2, "no_condition_match");
        }

        var percentage = condition["rollout_percentage"] is { } stored ? (double)stored : 100;
        var identifier = Identifier(aggregation);
        return percentage == 100 || (identifier.Length == 0 ? 0 : Hash(key + "." + identifier)) <= percentage / 100 ? (4, "condition_match") : (3, "out_of_rollout_bound");
    }

    private string? Variant(string key, JsonObject filters, JsonObject condition, JsonNode? aggregation)
    {
        var variants = (filters["multivariate"]?["variants"] as JsonArray ?? []).Select(variant => (Key: (string)variant!["key"]!, Share: (double)variant["rollout_percentage"]!)).ToArray();
        if (condition["variant"] is { } forced && variants.Any(variant => variant.Key == (string)forced!))
        {
            return (string)forced!;
        }

        var identifier = Identifier(aggregation);
        var hash = identifier.Length == 0 ? 0 : Hash(key + "." + identifier + "variant");
        var sum = 0.0;
        foreach (var (name, share) in variants)
        {
            sum += share / 100;
            if (hash < sum)
            {
                return name;
            }
        }

        return null;
    }

    private string Identifier(JsonNode? aggregation) => aggregation is null ? id : groups["company"] is { } key ? Text(key) : "";

    private bool Matches(JsonObject filter, bool inCohort)
    {
        var (name, value, comparison) = ((string)filter["key"]!, filter["value"], (string?)filter["operator"]);
        switch ((string)filter["type"]!)
        {
            case "flag":
                var verdict = Evaluate(int.Parse(name, CultureInfo.InvariantCulture));
                return value!.GetValueKind() switch
                {
                    System.Text.Json.JsonValueKind.True => verdict.Enabled,
                    System.Text.Json.JsonValueKind.False => !verdict.Enabled,
                    _ => verdict.Variant == (string)value!,
                };
            case "cohort":
                return IsMember((int)value!) == (comparison != "not_in");
            default:
                var holds = Compare(comparison ?? "exact", value, person.ContainsKey(name), person[name]);
                return inCohort && filter["negation"] is { } negation && (bool)negation ? !holds : holds;
        }
    }

    private bool IsMember(int cohort) => Holds(cohorts[cohort]["properties"]!.AsObject());

    private bool Holds(JsonObject node) => (string?)node["type"] switch
    {
        "OR" => node["values"]!.AsArray().Any(child => Holds(child!.AsObject())),
        "AND" => node["values"]!.AsArray().All(child => Holds(child!.AsObject())),
        _ => Matches(node, true),
    };

    private static bool Compare(string comparison, JsonNode? value, bool present, JsonNode? actual)
    {
        if (comparison is "is_set" or "is_not_set")
        {
            return present == (comparison == "is_set");
        }

        if (value is null)
        {
            return false;
        }

        if (comparison.StartsWith("is_not", StringComparison.Ordinal) || comparison.StartsWith("not_", StringComparison.Ordinal))
        {
            return !present || !Compare(comparison == "is_not" ? "exact" : comparison[4..], value, true, actual);
        }

        if (!present)
        {
            return false;
        }

        var (text, wanted) = (Text(actual).ToLowerInvariant(), Text(value).ToLowerInvariant());
        return comparison switch
        {
            "exact" when IsBoolean(value) => IsTrue(value) == IsTrue(actual),
            "exact" => value is JsonArray list ? list.Any(item => Text(item).Equals(text, StringComparison.OrdinalIgnoreCase)) : text == wanted,
            "icontains" => text.Contains(wanted, StringComparison.Ordinal),
            "starts_with" => text.StartsWith(wanted, StringComparison.Ordinal),
            "ends_with" => text.EndsWith(wanted, StringComparison.Ordinal),
            "gt" => Number(actual) > Number(value),
            "lte" => Number(actual) <= Number(value),
            "between" => Number(actual) >= Number(value[0]) && Number(actual) <= Number(value[1]),
            _ => throw new InvalidOperationException(comparison),
        };
    }

    private static bool IsBoolean(JsonNode? node) => node is JsonArray list ? list.All(IsBoolean) : Text(node).ToUpperInvariant() is "TRUE" or "FALSE";

    private static bool IsTrue(JsonNode? node) => node is JsonArray list ? list.All(IsTrue) : Text(node).ToUpperInvariant() is "TRUE";

    private static double Number(JsonNode? node) =>
        node is JsonValue && double.TryParse(Text(node), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            ? number
            : double.NaN;

    private static string Text(JsonNode? node) => node switch
    {
        null => "null",
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => node.ToJsonString(),
    };

    // By way of the hexadecimal text, as the rule is told.
    private static double Hash(string text)
    {
        var digits = Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(text)))[..15];
        return (double)BigInteger.Parse("0" + digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) / Math.Pow(2, 60);
    }
}
