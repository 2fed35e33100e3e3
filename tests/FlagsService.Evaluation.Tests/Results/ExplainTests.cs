using Xunit;

namespace FlagsService.Evaluation.Tests.Results;

public sealed class ExplainTests
{
    private const string Filters = """
        {"groups":[
          {"properties":[{"key":"id","type":"cohort","value":5},{"key":"plan","type":"person","value":"pro"},{"key":"age","type":"person","operator":"gt","value":5}]},
          {"properties":[{"key":"2","type":"flag","operator":"flag_evaluates_to","value":true}],"rollout_percentage":-1},
          {"properties":[{"key":"plan","type":"person","operator":"icontains","value":"F"}],"variant":"a"},
          {"rollout_percentage":100}],
         "feature_enrollment":true,"holdout":{"id":3,"exclusion_percentage":0},
         "multivariate":{"variants":[{"key":"a","rollout_percentage":100}]}}
        """;

    [Fact]
    public void Every_step_up_to_the_decision_is_told()
    {
        var team = Team.With(Team.Flag(1, "f", Filters), Team.Flag(2, "base", """{"groups":[{}]}"""));

        var outcome = team.Ask("f", new Caller { Properties = """{"plan":"fr\u0065e","age":1}""", Explain = true })!;

        Assert.Equal("a", outcome.Variant);
        var traces = team.Results.Traces!["f"];
        Assert.Equal([-1, -2, 0, 1, 2], traces.Select(trace => trace.Index));
        Assert.Equal([false, false, false, false, true], traces.Select(trace => trace.Matched));
        Assert.Equal([false, true, false, true, true], traces.Select(trace => trace.PropertiesMatched));
        Assert.Equal([false, true, false, true, false], traces.Select(trace => trace.RolloutExcluded));
        var missed = Assert.Single(traces[2].Properties);
        Assert.Equal(("plan", "exact", "\"pro\"", "person", "\"fr\\u0065e\"", false), (missed.Key, missed.Operator, missed.ValueJson, missed.Type, missed.ActualValueJson, missed.Matched));
        var dependency = Assert.Single(traces[3].Properties);
        Assert.Equal(("flag_evaluates_to", "true", "true"), (dependency.Operator, dependency.ValueJson, dependency.ActualValueJson));
        Assert.Equal(("a", 100.0), (traces[4].Variant, traces[4].RolloutPercentage));
        Assert.All(traces, trace => Assert.NotEmpty(trace.Explanation));
    }

    [Fact]
    public void Without_being_asked_nothing_is_told()
    {
        var team = Team.With(Team.Flag(1, "f", Filters));

        team.Ask(new Caller());

        Assert.Null(team.Results.Traces);
    }

    [Fact]
    public void Skipped_conditions_and_failed_flags_are_told_too()
    {
        var team = Team.With(
            Team.Flag(1, "group", """{"groups":[{"properties":[{"key":"x","type":"group","value":1}]}],"aggregation_group_type_index":0}"""),
            Team.Flag(2, "device", """{"groups":[{}]}""") with { BucketingIdentifier = "device_id" },
            Team.FlagWhere("""{"key":"id","type":"cohort","value":99}""", 3, "cohort"),
            Team.Flag(4, "version", """{"groups":[],"version":2}"""));

        team.Ask(new Caller { Explain = true });

        var traces = team.Results.Traces!;
        Assert.StartsWith("Skipped", traces["group"][0].Explanation, StringComparison.Ordinal);
        Assert.StartsWith("Skipped", traces["device"][0].Explanation, StringComparison.Ordinal);
        Assert.Equal(("in", "99", null), (traces["cohort"][0].Properties[0].Operator, traces["cohort"][0].Properties[0].ValueJson, traces["cohort"][0].Properties[0].ActualValueJson));
        Assert.Empty(traces["version"]);
    }
}
