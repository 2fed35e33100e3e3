using System.Text;
using FlagsService.Evaluation.Lookups;
using Xunit;

namespace FlagsService.Evaluation.Tests.Matching;

public sealed class PartialFailureTests
{
    private static readonly LookupFailure Timeout = new("timeout:query_canceled", "Timeout: query_canceled");

    [Fact]
    public void A_failed_load_fails_exactly_the_flags_that_needed_it()
    {
        var team = Team.With(
            Team.FlagWhere("""{"key":"plan","type":"person","value":"pro"}""", 1, "needs"),
            Team.FlagWhere("""{"key":"sent","type":"person","value":"1"}""", 2, "sent"),
            Team.Flag(3, "zero", """
                {"groups":[{"properties":[{"key":"gone","type":"person","operator":"is_not_set"}],"rollout_percentage":0},
                {"properties":[{"key":"id","type":"cohort","value":99}],"rollout_percentage":0}]}
                """));

        var outcomes = team.Ask(new Caller { Properties = """{"sent":1}""", Stored = new LookupResult { PropertiesFailure = Timeout } });

        Assert.True(outcomes[0].Failed);
        Assert.Equal(("timeout:query_canceled", "Timeout: query_canceled"), (outcomes[0].Reason.Code, outcomes[0].Reason.Description));
        Assert.True(outcomes[1].Enabled);
        Assert.Equal("no_condition_match", outcomes[2].Reason.Code);
        Assert.True(team.Results.ErrorsWhileComputing);
    }

    [Fact]
    public void Callers_that_insist_on_their_own_properties_miss_none_when_a_load_fails()
    {
        var team = Team.With(
            Team.FlagWhere("""{"key":"id","type":"cohort","value":5}""", 1, "cohort"), Team.FlagWhere("""{"key":"gone","type":"person","operator":"is_not_set"}""", 2, "f"));

        var outcomes = team.Ask(new Caller { OnlyOverrides = true, Stored = new LookupResult { PropertiesFailure = Timeout } });

        Assert.True(outcomes[0].Failed);
        Assert.True(outcomes[1].Enabled);
    }

    [Fact]
    public void A_group_whose_row_was_not_fetched_may_have_anything()
    {
        var absent = """{"properties":[{"key":"x","type":"group","group_type_index":1,"operator":"is_not_set"}],"rollout_percentage":0}""";
        var team = Team.With(Team.FlagWhere("""{"key":"plan","type":"person","value":"pro"}""", 1, "needs"), Team.Flag(2, "zero", $$$"""{"groups":[{{{absent}}}]}"""));

        Assert.Equal("no_condition_match", team.Ask("zero", new Caller { Groups = """{"project":"p"}""" })!.Reason.Code);
        Assert.Equal("out_of_rollout_bound", team.Ask("zero", new Caller())!.Reason.Code);
        Assert.Equal("out_of_rollout_bound", team.Ask("zero", new Caller { Groups = """{"project":"p"}""", Properties = """{"plan":"pro"}""" })!.Reason.Code);
    }

    [Fact]
    public void A_group_type_without_a_name_may_have_anything_once_storage_was_asked()
    {
        var absent = """{"properties":[{"key":"x","type":"group","group_type_index":4,"operator":"is_not_set"}]}""";
        var team = Team.With(Team.FlagWhere("""{"key":"plan","type":"person","value":"pro"}""", 1, "needs"), Team.Flag(2, "f", $$$"""{"groups":[{{{absent}}}]}"""));

        Assert.False(team.Ask("f", new Caller())!.Enabled);
        Assert.True(team.Ask("f", new Caller { Properties = """{"plan":"pro"}""" })!.Enabled);
    }

    [Fact]
    public void A_fetched_group_without_the_property_has_it_not()
    {
        var team = Team.With(Team.FlagWhere("""{"key":"x","type":"group","group_type_index":0,"operator":"is_not_set"}"""));
        var row = new GroupRow(0, Encoding.UTF8.GetBytes("""{"x":1}"""));

        Assert.True(team.Ask(new Caller { Groups = """{"company":"acme"}""" })[0].Enabled);
        Assert.False(team.Ask(new Caller { Groups = """{"company":"acme"}""", Stored = new LookupResult { Groups = [row] } })[0].Enabled);
    }

    [Fact]
    public void Without_group_types_the_answer_is_marked_and_group_conditions_are_skipped()
    {
        var definitions = Team.Definitions(
            Team.Flag(1, "group", """{"groups":[{}],"aggregation_group_type_index":0}"""), Team.Flag(2, "person", """{"groups":[{}]}""")) with
        { GroupTypes = null };
        var team = new Team(definitions);

        var outcomes = team.Ask(new Caller { Groups = """{"company":"acme"}""" });

        Assert.Equal("no_group_type", outcomes[0].Reason.Code);
        Assert.True(outcomes[1].Enabled);
        Assert.True(team.Results.ErrorsWhileComputing);
        team.Ask(new Caller { FlagKeys = ["person"] });
        Assert.False(team.Results.ErrorsWhileComputing);
    }

    [Fact]
    public void A_failed_hash_key_read_fails_every_flag_with_continuity()
    {
        var team = Team.With(
            Team.Flag(1, "a", """{"groups":[{"rollout_percentage":50}]}""") with { EnsureExperienceContinuity = true },
            Team.Flag(2, "b", """{"groups":[{}]}""") with { EnsureExperienceContinuity = true },
            Team.Flag(3, "c", """{"groups":[{}]}"""));

        var outcomes = team.Ask(new Caller { Stored = new LookupResult { HashKeyFailure = Timeout } });

        Assert.All(outcomes.Take(2), outcome => Assert.Equal("hash_key_override_error", outcome.Reason.Code));
        Assert.All(outcomes.Take(2), outcome => Assert.True(outcome.Failed));
        Assert.True(outcomes[2].Enabled);
        Assert.True(team.Results.ErrorsWhileComputing);
    }

    [Fact]
    public void A_failure_of_what_was_not_wanted_changes_nothing()
    {
        var team = Team.With(Team.Flag(1, "b", """{"groups":[{}]}""") with { EnsureExperienceContinuity = true });

        Assert.True(team.Ask(new Caller { Stored = new LookupResult { HashKeyFailure = Timeout, PropertiesFailure = Timeout } })[0].Enabled);
        Assert.False(team.Results.ErrorsWhileComputing);
    }
}
