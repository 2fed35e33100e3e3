using System.Text;
using FlagsService.Evaluation.Definitions;
using FlagsService.Evaluation.Lookups;
using FlagsService.Evaluation.Results;
using Xunit;

namespace FlagsService.Evaluation.Tests.Matching;

public sealed class CohortTests
{
    private const string Pro = """{"key":"plan","type":"person","value":"pro"}""";
    private const string Behaviour = """{"key":7,"type":"behavioral","value":"performed_event","negation":true}""";

    [Theory]
    [InlineData("null", false)]
    [InlineData("{}", false)]
    [InlineData("""{"properties":null}""", false)]
    [InlineData("""{"properties":{}}""", false)]
    [InlineData("""{"properties":{"type":"AND"}}""", false)]
    [InlineData("""{"properties":{"type":"AND","values":[]}}""", true)]
    [InlineData("""{"properties":{"type":"OR","values":[]}}""", false)]
    [InlineData("""{"properties":{"type":"property","values":[{"key":"plan","type":"person","value":"pro"}]}}""", true)]
    [InlineData("""{"properties":{"type":"OR","values":[{"type":"AND","values":[{"type":"OR","values":[{"key":"plan","type":"person","value":"pro"}]}]}]}}""", true)]
    [InlineData("""{"properties":{"type":"AND","values":[{"key":"plan","type":"person","value":"free","negation":true}]}}""", true)]
    [InlineData("""{"properties":{"type":"AND","values":[{"key":"plan","type":"person","operator":"gt","value":"x","negation":true}]}}""", true)]
    [InlineData("""{"properties":{"type":"AND","values":[{"key":"none","type":"person","operator":"is_not_set"}]}}""", true)]
    [InlineData("""{"properties":{"type":"OR","values":[{"key":7,"type":"behavioral","value":"x","negation":true}]}}""", false)]
    [InlineData("""{"properties":{"type":"OR","values":[{"key":"a","type":"group","value":"x","negation":true}]}}""", false)]
    [InlineData("""{"properties":{"type":"OR","values":[{"key":"a","value":"x"}]}}""", false)]
    public void A_definition_has_its_members(string filters, bool isMember)
    {
        var outcome = Ask(filters, "in");

        Assert.False(outcome.Failed);
        Assert.Equal(isMember, outcome.Enabled);
        Assert.Equal(!isMember, Ask(filters, "not_in").Enabled);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"properties":[]}""")]
    [InlineData("""{"properties":{"type":"and","values":[]}}""")]
    [InlineData("""{"properties":{"type":"AND","values":{}}}""")]
    [InlineData("""{"properties":{"type":"AND","values":[{}]}}""")]
    [InlineData("""{"properties":{"type":"AND","values":["x"]}}""")]
    [InlineData("""{"properties":{"type":"AND","values":[{"type":"OR"}]}}""")]
    [InlineData("""{"properties":{"type":"AND","values":[{"key":"id","type":"cohort","value":"5"}]}}""")]
    [InlineData("""{"properties":{"type":"AND","values":[{"key":"a","type":"person","operator":"nope","value":1}]}}""")]
    public void A_definition_that_nobody_understands_fails_the_flag(string filters)
    {
        var outcome = Ask(filters, "in");

        Assert.True(outcome.Failed);
        Assert.Equal("cohort_filters_parsing_error", outcome.Reason.Code);
    }

    [Theory]
    [InlineData("exact")]
    [InlineData("is_not")]
    [InlineData("gt")]
    public void Only_in_and_not_in_are_memberships(string comparison) => Assert.False(Ask($$$"""{"properties":{"type":"AND","values":[{{{Pro}}}]}}""", comparison).Enabled);

    [Theory]
    [InlineData("""[{"properties":[{"key":"plan","value":"pro"}]}]""", true)]
    [InlineData("""[{"properties":[{"key":"plan","type":"event","value":"pro"}]}]""", true)]
    [InlineData("""[{"properties":[{"key":"plan","value":"free"}]},{"properties":{"plan":"pro"}}]""", true)]
    [InlineData("""[{"properties":{"plan":"pro","country":"NO"}}]""", false)]
    [InlineData("""[{"properties":{"type":"OR","values":[{"key":"plan","type":"person","value":"pro"}]}}]""", true)]
    [InlineData("""[{"event_id":"$pageview","count":3,"days":7}]""", false)]
    [InlineData("""[7]""", false)]
    [InlineData("[]", false)]
    [InlineData("null", false)]
    public void The_older_list_stands_in_where_there_are_no_filters(string groups, bool isMember)
    {
        var cohort = new CohortRow { Id = 5, TeamId = 1, GroupsJson = Encoding.UTF8.GetBytes(groups) };

        Assert.Equal(isMember, Ask("in", cohort).Enabled);
    }

    [Fact]
    public void A_missed_cohort_with_behaviour_says_so()
    {
        var filters = $$$"""{"properties":{"type":"OR","values":[{{{Behaviour}}}]}}""";

        Assert.StartsWith("This condition targets a behavioral or realtime cohort.", Ask(filters, "in").Reason.Description, StringComparison.Ordinal);
        Assert.Equal("Matched condition set 1", Ask(filters, "not_in").Reason.Description);
        var nested = """{"properties":{"type":"OR","values":[{"key":"id","type":"cohort","value":5}]}}""";
        var outcome = Ask("in", Team.Cohort(6, nested), Team.Cohort(5, filters));
        Assert.StartsWith("This condition targets", outcome.Reason.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, false, true)]
    [InlineData("in", false, true)]
    [InlineData("not_in", false, false)]
    [InlineData("not_in", true, true)]
    [InlineData("exact", false, false)]
    [InlineData("exact", true, true)]
    public void A_nested_membership_can_be_negated(string? comparison, bool negation, bool expected)
    {
        var stated = comparison is null ? "" : $",\"operator\":\"{comparison}\"";
        var outer = $$$"""{"properties":{"type":"OR","values":[{"key":"id","type":"cohort","value":5{{{stated}}},"negation":{{{(negation ? "true" : "false")}}}}]}}""";

        Assert.Equal(expected, Ask("in", Team.Cohort(6, outer), Team.Cohort(5, $$$"""{"properties":{"type":"AND","values":[{{{Pro}}}]}}""")).Enabled);
    }

    [Theory]
    [InlineData("\"5\"", "cohort_filters_parsing_error")]
    [InlineData("5.0", "cohort_filters_parsing_error")]
    [InlineData("null", "cohort_filters_parsing_error")]
    [InlineData("[5]", "cohort_filters_parsing_error")]
    [InlineData("99", "dependency_not_found_cohort")]
    [InlineData("99999999999999999999", "dependency_not_found_cohort")]
    [InlineData("7", "dependency_cycle_cohort")]
    [InlineData("8", "dependency_not_found_cohort")]
    [InlineData("9", "dependency_cycle_cohort")]
    public void A_cohort_that_cannot_be_evaluated_fails_the_flag_and_only_that_flag(string value, string code)
    {
        var definitions = Team.Definitions(
            Team.FlagWhere($$$"""{"key":"id","type":"cohort","value":{{{value}}}}"""), Team.FlagWhere(Pro, 2, "other")) with
        {
            Cohorts =
            [
                Team.Cohort(7, Referring(7)), Team.Cohort(8, Referring(99)), Team.Cohort(9, Referring(7)),
            ],
        };
        var team = new Team(definitions);

        var outcomes = team.Ask(new Caller { Properties = """{"plan":"pro"}""" });

        Assert.Equal(code, outcomes[0].Reason.Code);
        Assert.True(outcomes[0].Failed);
        Assert.Null(outcomes[0].Reason.ConditionIndex);
        Assert.True(outcomes[1].Enabled);
        Assert.True(team.Results.ErrorsWhileComputing);
    }

    [Fact]
    public void The_first_bad_cohort_in_the_list_decides()
    {
        var definitions = Team.Definitions(Team.FlagWhere("""{"key":"id","type":"cohort","value":99},{"key":"id","type":"cohort","value":"x"}"""));

        Assert.Equal("dependency_not_found_cohort", new Team(definitions).Ask(new Caller())[0].Reason.Code);
    }

    [Fact]
    public void Static_members_come_from_storage_and_nobody_else_is_one()
    {
        var definitions = Team.Definitions(Team.FlagWhere("""{"key":"id","type":"cohort","value":5}""")) with { Cohorts = [Team.Cohort(5, "{}", isStatic: true), Team.Cohort(6, "{}", isStatic: true)] };
        var team = new Team(definitions);

        Assert.True(team.Ask(new Caller { Stored = new LookupResult { StaticCohortIds = [5] } })[0].Enabled);
        Assert.Equal([5, 6], team.Plan.StaticCohortIds);
        Assert.False(team.Ask(new Caller())[0].Enabled);
    }

    [Fact]
    public void A_cohort_is_not_asked_when_only_conditions_at_zero_percent_name_it()
    {
        var flag = Team.Flag(1, "f", """{"groups":[{"properties":[{"key":"id","type":"cohort","value":99}],"rollout_percentage":0}]}""");
        var team = Team.With(flag);

        var outcome = team.Ask(new Caller())[0];

        Assert.True(team.Plan.IsEmpty);
        Assert.Equal("no_condition_match", outcome.Reason.Code);
        Assert.False(outcome.Failed);
    }

    [Theory]
    [InlineData(19, true)]
    [InlineData(20, false)]
    [InlineData(60, false)]
    public void Groups_deeper_than_twenty_levels_never_hold(int wrappers, bool isMember)
    {
        var tree = $$$"""{"type":"AND","values":[{{{Pro}}}]}""";
        for (var i = 0; i < wrappers; i++)
        {
            tree = $$$"""{"type":"OR","values":[{{{tree}}}]}""";
        }

        var outcome = Ask($$$"""{"properties":{{{tree}}}}""", "in");

        Assert.False(outcome.Failed);
        Assert.Equal(isMember, outcome.Enabled);
    }

    [Fact]
    public void A_tree_a_thousand_levels_deep_has_no_members()
    {
        var tree = string.Concat(Enumerable.Repeat("""{"type":"OR","values":[""", 1000)) + Pro + string.Concat(Enumerable.Repeat("]}", 1000));
        var definitions = Team.Definitions(Team.FlagWhere("""{"key":"id","type":"cohort","value":5,"operator":"not_in"}""")) with { Cohorts = [Team.Cohort(5, $$$"""{"properties":{{{tree}}}}""")] };
        var team = new Team(definitions);

        Assert.True(team.Ask(new Caller { Properties = """{"plan":"pro"}""" })[0].Enabled);
        Assert.Contains(team.Set.Problems, problem => problem.Kind == "cohort" && problem.Id == 5);
    }

    [Fact]
    public void A_chain_of_ten_thousand_cohorts_is_evaluated()
    {
        var cohorts = Enumerable.Range(1, 9_999).Select(i => Team.Cohort(i, Referring(i + 1))).Append(Team.Cohort(10_000, $$$"""{"properties":{"type":"AND","values":[{{{Pro}}}]}}"""));
        var definitions = Team.Definitions(Team.FlagWhere("""{"key":"id","type":"cohort","value":1}""")) with { Cohorts = [.. cohorts] };

        Assert.True(new Team(definitions).IsOn("""{"plan":"pro"}"""));
    }

    private static string Referring(int id) => $$$"""{"properties":{"type":"AND","values":[{"key":"id","type":"cohort","value":{{{id}}}}]}}""";

    private static FlagOutcome Ask(string filters, string comparison) => Ask(comparison, Team.Cohort(5, filters));

    private static FlagOutcome Ask(string comparison, params CohortRow[] cohorts)
    {
        var definitions = Team.Definitions(Team.FlagWhere($$$"""{"key":"id","type":"cohort","operator":"{{{comparison}}}","value":{{{cohorts[0].Id}}}}""")) with { Cohorts = cohorts };
        return new Team(definitions).Ask(new Caller { Properties = """{"plan":"pro","country":"SE"}""" })[0];
    }
}
