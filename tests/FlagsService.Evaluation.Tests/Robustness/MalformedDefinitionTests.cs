using System.Text.Json.Nodes;
using Xunit;

namespace FlagsService.Evaluation.Tests.Robustness;

public sealed class MalformedDefinitionTests
{
    private const string Everything = """
        {"groups":[{"properties":[
            {"key":"p","type":"person","operator":"exact","value":["a",1],"negation":false,"group_type_index":null},
            {"key":"id","type":"cohort","value":5,"operator":"in"},
            {"key":"1","type":"flag","operator":"flag_evaluates_to","value":true},
            {"key":"g","type":"group","group_type_index":0,"value":"x","operator":"regex"},
            {"key":"v","type":"person","operator":"semver_wildcard","value":"1.*"},
            {"key":"d","type":"person","operator":"is_date_after","value":"-1d"},
            {"key":"n","type":"person","operator":"between","value":[1,2]},
            {"key":"created_at","type":"person_metadata","operator":"is_set"}],
          "rollout_percentage":50,"variant":"a","aggregation_group_type_index":0}],
         "multivariate":{"variants":[{"key":"a","name":"A","rollout_percentage":50}]},"payloads":{"a":"1"},
         "aggregation_group_type_index":null,"feature_enrollment":true,"holdout":{"id":1,"exclusion_percentage":10},"early_exit":true,"version":1}
        """;

    private const string Cohort = """
        {"properties":{"type":"OR","values":[{"type":"AND","values":[{"key":"p","type":"person","value":"a","operator":"exact","negation":false},
         {"key":"id","type":"cohort","value":6,"operator":"in"},{"key":"b","type":"behavioral","value":"x"}]}]}}
        """;

    private static readonly string[] WrongValues = ["null", "true", "-1", "1.5", "1e300", "99999999999999999999", "\"text\"", "\"\"", "[]", "[null]", "{}", "{\"key\":{}}"];

    [Fact]
    public void No_wrong_member_of_a_flag_stops_the_other_flags()
    {
        var tried = 0;
        foreach (var broken in Mutations(Everything))
        {
            var definitions = Team.Definitions(Team.Flag(1, "good", """{"groups":[{}]}"""), Team.Flag(2, "broken", broken)) with { Cohorts = [Team.Cohort(5, Cohort), Team.Cohort(6, "{}")] };
            AssertGood(new Team(definitions), broken);
            tried++;
        }

        Assert.True(tried > 500, $"only {tried} documents were tried");
    }

    [Fact]
    public void No_wrong_member_of_a_cohort_stops_the_other_flags()
    {
        foreach (var broken in Mutations(Cohort))
        {
            var definitions = Team.Definitions(Team.Flag(1, "good", """{"groups":[{}]}"""), Team.FlagWhere("""{"key":"id","type":"cohort","value":5}""", 2, "asking")) with
            {
                Cohorts = [Team.Cohort(5, broken), Team.Cohort(6, "{}"), Team.Cohort(7, "{}") with { FiltersJson = null, GroupsJson = System.Text.Encoding.UTF8.GetBytes(broken) }],
            };
            AssertGood(new Team(definitions), broken);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"groups\":null}")]
    [InlineData("{\"groups\":[null]}")]
    [InlineData("{\"groups\":[{\"rollout_percentage\":\"50\"}]}")]
    [InlineData("{\"groups\":[{\"rollout_percentage\":1E400}]}")]
    [InlineData("{\"groups\":[{\"properties\":[{\"key\":\"a\",\"value\":1}]}]}")]
    [InlineData("{\"groups\":[{\"properties\":[{\"key\":\"a\",\"type\":\"event\",\"value\":1}]}]}")]
    [InlineData("{\"groups\":[{\"properties\":[{\"key\":\"a\",\"type\":\"person\",\"operator\":\"min\",\"value\":1}]}]}")]
    [InlineData("{\"groups\":[{\"properties\":[{\"type\":\"person\",\"value\":1}]}]}")]
    [InlineData("{\"multivariate\":{}}")]
    [InlineData("{\"multivariate\":{\"variants\":null}}")]
    [InlineData("{\"multivariate\":{\"variants\":[{\"key\":\"a\"}]}}")]
    [InlineData("{\"holdout\":{\"id\":1}}")]
    [InlineData("{\"holdout\":{\"id\":\"1\",\"exclusion_percentage\":5}}")]
    [InlineData("{\"payloads\":{\"true\":\"\\ud800\"}}")]
    [InlineData("{} {}")]
    public void A_row_that_cannot_be_read_is_dropped_and_reported(string filters)
    {
        var team = Team.With(Team.Flag(1, "good", """{"groups":[{}]}"""), Team.Flag(2, "bad", filters));

        Assert.Equal("good", Assert.Single(team.Ask(new Caller())).Flag.Key);
        Assert.False(team.Results.ErrorsWhileComputing);
        var problem = Assert.Single(team.Set.Problems);
        Assert.Equal(("flag", 2, "bad"), (problem.Kind, problem.Id, problem.Key));
        Assert.NotEmpty(problem.Reason);
    }

    [Theory]
    [InlineData("{\"groups\":[{\"rollout_percentage\":100.0,\"aggregation_group_type_index\":null,\"properties\":null,\"variant\":null}],\"version\":1.0}")]
    [InlineData("{\"groups\":[{}],\"multivariate\":null,\"holdout\":null,\"payloads\":null,\"early_exit\":null,\"feature_enrollment\":null,\"aggregation_group_type_index\":null}")]
    [InlineData("{\"groups\":[{\"sort_key\":\"x\"}],\"super_groups\":[{\"properties\":7}],\"holdout_groups\":\"x\",\"other\":[[]]}")]
    [InlineData("{\"groups\":[{\"properties\":[{\"key\":\"x\",\"type\":\"group\",\"operator\":null,\"value\":1,\"group_type_index\":0.0,\"negation\":null}]},{}]}")]
    public void Nulls_and_floats_stand_for_what_they_mean(string filters) => Assert.True(Team.With(Team.Flag(1, "f", filters)).IsOn());

    [Theory]
    [InlineData("null")]
    [InlineData("\"1\"")]
    [InlineData("0")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("true")]
    [InlineData("{}")]
    public void Another_format_stays_opaque_and_fails_its_flag(string version)
    {
        var team = Team.With(Team.Flag(1, "f", $$$"""{"version":{{{version}}},"groups":"not what it looks like","holdout":7}"""));

        Assert.Equal("flag_data_parsing_error", team.Ask(new Caller())[0].Reason.Code);
        Assert.True(team.Results.ErrorsWhileComputing);
        Assert.Empty(team.Set.Problems);
    }

    [Fact]
    public void A_document_nested_too_deep_is_dropped()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 300)) + string.Concat(Enumerable.Repeat("]", 300));

        Assert.Empty(Team.With(Team.Flag(1, "f", $$$"""{"groups":[{}],"x":{{{deep}}}}""")).Ask(new Caller()));
        Assert.Single(Team.With(Team.Flag(1, "f", $$$"""{"groups":[{}],"x":{{{deep[100..^100]}}}}""")).Ask(new Caller()));
    }

    [Fact]
    public void Two_rows_with_one_key_or_one_id_do_not_throw()
    {
        var team = Team.With(Team.Flag(1, "f", """{"groups":[{}]}"""), Team.Flag(1, "f", """{"groups":[]}"""));

        Assert.Equal(2, team.Ask(new Caller()).Count);
        Assert.NotNull(team.Set.DescribeDependencies());
    }

    private static void AssertGood(Team team, string broken)
    {
        var caller = new Caller { Properties = """{"p":"a","v":"1.2.3","d":"2026-06-15","n":1}""", Groups = """{"company":"acme"}""", GroupProperties = """{"company":{"g":"x"}}""", Explain = true };
        Assert.True(team.Ask("good", caller) is { Enabled: true }, broken);
    }

    private static IEnumerable<string> Mutations(string document)
    {
        foreach (var path in Paths(JsonNode.Parse(document)!))
        {
            foreach (var value in WrongValues)
            {
                var copy = JsonNode.Parse(document)!;
                Replace(copy, path, JsonNode.Parse(value));
                yield return copy.ToJsonString();
            }

            var without = JsonNode.Parse(document)!;
            Remove(without, path);
            yield return without.ToJsonString();
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode node) => node switch
    {
        JsonObject map => map.SelectMany(member => Below(member.Key, member.Value)),
        JsonArray list => list.SelectMany((item, index) => Below(index, item)),
        _ => [],
    };

    private static IEnumerable<object[]> Below(object step, JsonNode? node) => [[step], .. node is null ? [] : Paths(node).Select(path => (object[])[step, .. path])];

    private static JsonNode Parent(JsonNode root, object[] path) => path[..^1].Aggregate(root, (node, step) => step is int index ? node[index]! : node[(string)step]!);

    private static void Replace(JsonNode root, object[] path, JsonNode? value)
    {
        var parent = Parent(root, path);
        if (path[^1] is int index)
        {
            parent[index] = value;
        }
        else
        {
            parent[(string)path[^1]] = value;
        }
    }

    private static void Remove(JsonNode root, object[] path)
    {
        var parent = Parent(root, path);
        if (path[^1] is int index)
        {
            parent.AsArray().RemoveAt(index);
        }
        else
        {
            parent.AsObject().Remove((string)path[^1]);
        }
    }
}
