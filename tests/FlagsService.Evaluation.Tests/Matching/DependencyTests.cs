using Xunit;

namespace FlagsService.Evaluation.Tests.Matching;

public sealed class DependencyTests
{
    private const string On = """{"groups":[{"rollout_percentage":100}]}""";
    private const string Variant = """{"groups":[{"variant":"a"}],"multivariate":{"variants":[{"key":"a","rollout_percentage":100}]}}""";

    [Theory]
    [InlineData(On, "true", true)]
    [InlineData(On, "false", false)]
    [InlineData(On, "\"true\"", false)]
    [InlineData(On, "1", false)]
    [InlineData(On, "null", false)]
    [InlineData(Variant, "true", true)]
    [InlineData(Variant, "\"a\"", true)]
    [InlineData(Variant, "\"A\"", false)]
    [InlineData("""{"groups":[]}""", "false", true)]
    [InlineData("""{"groups":[{}],"holdout":{"id":4,"exclusion_percentage":100}}""", "\"holdout-4\"", true)]
    [InlineData("""{"groups":[],"version":2}""", "true", false)]
    [InlineData("""{"groups":[],"version":2}""", "false", false)]
    public void A_filter_on_a_flag_compares_its_result(string target, string value, bool expected)
    {
        var team = Team.With(Depending(2, "top", "1", value), Team.Flag(1, "base", target));

        Assert.Equal(expected, team.Ask("top", new Caller())!.Enabled);
    }

    [Fact]
    public void An_empty_variant_is_compared_though_it_is_not_shown()
    {
        var team = Team.With(
            Depending(2, "top", "1", "\"\""), Team.Flag(1, "base", """{"groups":[{"variant":""}],"multivariate":{"variants":[{"key":"","rollout_percentage":100}]},"payloads":{"":5,"true":6}}"""));

        Assert.True(team.Ask("top", new Caller())!.Enabled);
        Assert.Null(team.Ask("base", new Caller())!.Variant);
        Assert.Equal("5", team.Ask("base", new Caller())!.Payload);
    }

    [Fact]
    public void Flags_taken_out_by_the_request_count_as_false()
    {
        var server = Team.Flag(1, "server", On) with { EvaluationRuntime = "Server" };
        var beta = Team.Flag(2, "beta", On) with { EvaluationContexts = ["beta"] };
        var off = Team.Flag(3, "off", On) with { Active = false };
        var gone = Team.Flag(4, "gone", On) with { Deleted = true };
        var team = Team.With(server, beta, off, gone, Depending(5, "a", "1", "false"), Depending(6, "b", "2", "false"), Depending(7, "c", "3", "false"), Depending(8, "d", "4", "false"));

        var outcomes = team.Ask(new Caller { Runtime = RequestRuntime.Client, Contexts = ["docs"] });

        Assert.Equal(["a", "b", "c", "d"], outcomes.Select(outcome => outcome.Flag.Key));
        Assert.All(outcomes, outcome => Assert.True(outcome.Enabled));
        Assert.False(team.Results.ErrorsWhileComputing);
    }

    [Fact]
    public void An_operator_of_another_kind_never_matches_but_still_orders_and_misses()
    {
        var flag = Team.FlagWhere("""{"key":"99","type":"flag","operator":"exact","value":true}""");

        Assert.Equal("missing_dependency", Team.With(flag).Ask(new Caller())[0].Reason.Code);
    }

    [Theory]
    [InlineData("base")]
    [InlineData("1.0")]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("99999999999")]
    public void A_key_that_is_no_id_makes_no_dependency_and_never_matches(string key)
    {
        var outcome = Team.With(Depending(2, "top", key, "false")).Ask(new Caller())[0];

        Assert.Equal("no_condition_match", outcome.Reason.Code);
    }

    [Fact]
    public void Whatever_stands_on_a_missing_flag_is_false_without_an_error()
    {
        var team = Team.With(Depending(1, "a", "99", "true"), Depending(2, "b", "1", "false"), Team.Flag(3, "c", On));

        var outcomes = team.Ask(new Caller());

        Assert.All(outcomes.Take(2), outcome => Assert.Equal("missing_dependency", outcome.Reason.Code));
        Assert.All(outcomes.Take(2), outcome => Assert.Null(outcome.Reason.ConditionIndex));
        Assert.True(outcomes[2].Enabled);
        Assert.False(team.Results.ErrorsWhileComputing);
    }

    [Fact]
    public void A_condition_at_zero_percent_still_makes_a_dependency()
    {
        var flag = Team.Flag(1, "f", """{"groups":[{"properties":[{"key":"99","type":"flag","operator":"flag_evaluates_to","value":true}],"rollout_percentage":0},{}]}""");

        Assert.Equal("missing_dependency", Team.With(flag).Ask(new Caller())[0].Reason.Code);
    }

    [Fact]
    public void A_cycle_takes_out_its_members_and_those_above_and_marks_every_answer()
    {
        var team = Team.With(
            Depending(1, "a", "2", "true"), Depending(2, "b", "1", "true"), Depending(3, "above", "1", "true"), Team.Flag(4, "other", On));

        Assert.Equal("other", Assert.Single(team.Ask(new Caller { FlagKeys = ["other"] })).Flag.Key);
        Assert.True(team.Results.ErrorsWhileComputing);
        var metadata = team.Set.DescribeDependencies();
        Assert.Equal([4], Assert.Single(metadata.DependencyStages));
        Assert.Equal([1, 2, 3], metadata.FlagsWithMissingDependencies);
        Assert.Equal([1, 2], metadata.TransitiveDependencies[3]);
    }

    [Fact]
    public void The_edges_of_an_inactive_flag_are_not_scanned()
    {
        var team = Team.With(Depending(1, "off", "2", "true") with { Active = false }, Depending(2, "on", "1", "false"));

        Assert.True(Assert.Single(team.Ask(new Caller())).Enabled);
        Assert.False(team.Results.ErrorsWhileComputing);
    }

    [Fact]
    public void Requested_keys_bring_what_they_depend_on_and_nothing_else()
    {
        var team = Team.With(Depending(1, "a", "2", "true"), Depending(2, "b", "3", "true"), Team.Flag(3, "c", On), Team.Flag(4, "d", On));

        Assert.Equal(["a", "b", "c"], team.Ask(new Caller { FlagKeys = ["a", "nope", "A"] }).Select(outcome => outcome.Flag.Key));
        Assert.Equal(2, team.Results.UnknownFlagKeys);
        Assert.Empty(team.Ask(new Caller { FlagKeys = [] }));
        Assert.Equal(4, team.Ask(new Caller()).Count);
        Assert.Equal([[3, 4], [2], [1]], team.Set.DescribeDependencies().DependencyStages);
    }

    [Fact]
    public void A_chain_of_ten_thousand_flags_is_evaluated()
    {
        var chain = Enumerable.Range(2, 9_999).Select(i => Depending(i, $"f{i}", $"{i - 1}", "true")).Append(Team.Flag(1, "f1", On));

        Assert.True(Team.With([.. chain]).Ask("f10000", new Caller { FlagKeys = ["f10000"] })!.Enabled);
    }

    private static Definitions.FlagRow Depending(int id, string key, string target, string value) =>
        Team.FlagWhere($$$"""{"key":"{{{target}}}","type":"flag","operator":"flag_evaluates_to","value":{{{value}}}}""", id, key);
}
