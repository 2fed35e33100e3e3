using System.Text.Json.Nodes;

namespace FlagsService.Evaluation.Tests.Properties;

/// <summary>Random flags, cohorts and callers out of a small world, so that they meet often.</summary>
internal sealed class RandomTeam(Random random)
{
    private static readonly string[] Keys = ["a", "b", "c", "d"];
    private static readonly string[] Values = ["\"x\"", "\"X\"", "\"xy\"", "\"true\"", "true", "false", "1", "\"1\"", "1.5", "7", "null", "[\"x\",1]", "[true]", "[]", "\"\"", "{\"k\":1}"];
    private static readonly string[] Operators = ["exact", "is_not", "icontains", "not_icontains", "starts_with", "not_ends_with", "gt", "lte", "is_set", "is_not_set", "between"];

    public JsonObject Filters(int[] others)
    {
        var filters = new JsonObject { ["groups"] = List(random.Next(4), () => Condition(others)) };
        Sometimes(3, () => filters["multivariate"] = new JsonObject { ["variants"] = List(random.Next(4), () => new JsonObject { ["key"] = Pick("v", "w", "z"), ["rollout_percentage"] = random.Next(60) }) });
        Sometimes(8, () => filters["holdout"] = new JsonObject { ["id"] = 3, ["exclusion_percentage"] = random.Next(50) });
        Sometimes(5, () => filters["early_exit"] = random.Next(2) == 0);
        Sometimes(6, () => filters["aggregation_group_type_index"] = 0);
        Sometimes(6, () => filters["feature_enrollment"] = random.Next(3) > 0);
        return filters;
    }

    public JsonObject Cohort(int depth = 0) => new()
    {
        ["type"] = Pick("AND", "OR"),
        ["values"] = List(random.Next(3), () => depth < 2 && random.Next(2) == 0 ? Cohort(depth + 1) : Leaf()),
    };

    public JsonObject Person()
    {
        var person = new JsonObject();
        foreach (var key in Keys.Where(_ => random.Next(3) > 0))
        {
            person[key] = JsonNode.Parse(Pick(Values));
        }

        Sometimes(4, () => person["$feature_enrollment/flag-2"] = JsonNode.Parse(Pick("true", "false", "\"TRUE\"")));
        return person;
    }

    public JsonObject Groups() => random.Next(2) == 0 ? [] : new JsonObject { ["company"] = JsonNode.Parse(Pick("\"acme\"", "7", "\"\"", "\"globex\"")) };

    private JsonObject Condition(int[] others)
    {
        var condition = new JsonObject { ["properties"] = List(random.Next(4), () => Filter(others)) };
        Sometimes(2, () => condition["rollout_percentage"] = random.Next(1, 101));
        Sometimes(4, () => condition["variant"] = Pick("v", "w", "none"));
        Sometimes(5, () => condition["aggregation_group_type_index"] = random.Next(2) == 0 ? 0 : null);
        return condition;
    }

    private JsonObject Filter(int[] others) => random.Next(8) switch
    {
        0 when others.Length > 0 => new JsonObject
        {
            ["type"] = "flag",
            ["operator"] = "flag_evaluates_to",
            ["key"] = $"{others[random.Next(others.Length)]}",
            ["value"] = JsonNode.Parse(Pick("true", "false", "\"v\"")),
        },
        1 => new JsonObject { ["type"] = "cohort", ["key"] = "id", ["operator"] = Pick("in", "not_in"), ["value"] = random.Next(1, 3) },
        _ => Leaf(),
    };

    private JsonObject Leaf()
    {
        var comparison = Pick(Operators);
        var leaf = new JsonObject
        {
            ["type"] = "person",
            ["key"] = Pick(Keys),
            ["operator"] = comparison,
            ["value"] = JsonNode.Parse(comparison == "between" ? Pick("[0,1]", "[1,\"5\"]") : Pick(Values)),
        };
        Sometimes(4, () => leaf["negation"] = random.Next(2) == 0);
        return leaf;
    }

    private static JsonArray List(int count, Func<JsonNode> item) => [.. Enumerable.Range(0, count).Select(_ => item())];

    private void Sometimes(int oneIn, Action action)
    {
        if (random.Next(oneIn) == 0)
        {
            action();
        }
    }

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
