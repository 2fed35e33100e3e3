using System.Text;
using FlagsService.Evaluation.Lookups;
using Xunit;

namespace FlagsService.Evaluation.Tests.Matching;

public sealed class StorageNeedsTests
{
    private const string PersonFilter = """{"key":"plan","type":"person","value":"pro"}""";
    private const string GroupFilter = """{"key":"tier","type":"group","group_type_index":0,"value":"gold"}""";

    [Theory]
    [InlineData("""{"groups":[]}""", "", false)]
    [InlineData("""{"groups":[{"rollout_percentage":50}],"holdout":{"id":1,"exclusion_percentage":5}}""", "", false)]
    [InlineData("""{"groups":[{"properties":[{"key":"distinct_id","type":"person","value":"x"}]}]}""", "", false)]
    [InlineData("""{"groups":[{"properties":[{"key":"plan","type":"person","value":"pro"}]}]}""", "", true)]
    [InlineData("""{"groups":[{"properties":[{"key":"plan","type":"person","value":"pro"}]}]}""", """{"plan":null}""", false)]
    [InlineData("""{"groups":[{"properties":[{"key":"plan","type":"person","value":"pro"}],"rollout_percentage":0}]}""", "", false)]
    [InlineData("""{"groups":[{"properties":[{"key":"plan","type":"person","value":"pro"}],"rollout_percentage":null}]}""", "", true)]
    [InlineData("""{"groups":[{"properties":[{"key":"$initial_browser","type":"person","value":"x"}]}]}""", """{"$browser":"x"}""", true)]
    [InlineData("""{"groups":[{"properties":[{"key":"created_at","type":"person_metadata","value":"2020-01-01","operator":"is_date_after"}]}]}""", """{"created_at":1}""", true)]
    [InlineData("""{"groups":[{"properties":[{"key":"id","type":"cohort","value":1}]}]}""", "", true)]
    [InlineData("""{"groups":[{"rollout_percentage":0}],"feature_enrollment":true}""", "", true)]
    [InlineData("""{"groups":[],"feature_enrollment":true}""", """{"$feature_enrollment/f":false}""", false)]
    [InlineData("""{"groups":[{"properties":[{"key":"9","type":"flag","operator":"flag_evaluates_to","value":true}]}]}""", "", false)]
    [InlineData("""{"groups":[],"aggregation_group_type_index":0}""", "", false)]
    public void Storage_is_asked_only_for_what_the_caller_did_not_send(string filters, string properties, bool expected)
    {
        var team = Team.With(Team.Flag(1, "f", filters));

        team.Ask(new Caller { Properties = properties });

        Assert.Equal(expected, team.Plan.NeedsProperties);
        Assert.Equal(!expected, ReferenceEquals(team.Plan, LookupPlan.None));
    }

    [Theory]
    [InlineData("""{"company":"acme"}""", "", true)]
    [InlineData("""{"company":"acme"}""", """{"company":{"tier":"gold"}}""", false)]
    [InlineData("""{"company":""}""", "", false)]
    [InlineData("""{"company":null}""", "", false)]
    [InlineData("""{"company":["acme"]}""", "", false)]
    [InlineData("""{"project":"x"}""", "", false)]
    [InlineData("", "", false)]
    public void A_group_row_is_read_only_for_a_group_the_caller_names(string groups, string properties, bool expected)
    {
        var team = Team.With(Team.FlagWhere(GroupFilter));

        team.Ask(new Caller { Groups = groups, GroupProperties = properties });

        Assert.Equal(expected, team.Plan.NeedsProperties);
        Assert.Equal(expected ? [new GroupReference(0, "acme")] : [], team.Plan.Groups);
    }

    [Fact]
    public void All_groups_that_a_preparing_flag_names_are_read_in_one_go()
    {
        var filters = $$$"""{"groups":[{"properties":[{{{GroupFilter}}}]},{"aggregation_group_type_index":1}]}""";
        var team = Team.With(Team.Flag(1, "f", filters));

        team.Ask(new Caller { Groups = """{"project":7.0,"company":"ac\u006de"}""" });

        Assert.Equal([new GroupReference(0, "acme"), new GroupReference(1, "7.0")], team.Plan.Groups.OrderBy(group => group.TypeIndex));
    }

    [Fact]
    public void Only_flags_that_will_be_evaluated_count()
    {
        var team = Team.With(Team.FlagWhere(PersonFilter, 1, "a"), Team.FlagWhere(PersonFilter, 2, "b") with { EvaluationRuntime = "client" }, Team.Flag(3, "c", """{"groups":[]}"""));

        team.Ask(new Caller { FlagKeys = ["b", "c"], Runtime = RequestRuntime.Server });

        Assert.True(team.Plan.IsEmpty);
    }

    [Fact]
    public void What_storage_has_lies_under_what_the_caller_sent_for_every_flag()
    {
        var other = """{"key":"stored","type":"person","operator":"is_set"}""";
        var team = Team.With(
            Team.FlagWhere(PersonFilter, 1, "a"), Team.Flag(2, "zero", $$$"""{"groups":[{"properties":[{{{other}}}],"rollout_percentage":0}]}"""),
            Team.FlagWhere("""{"key":"x","type":"person","operator":"is_set"},{"key":"x","type":"person","operator":"is_not","value":"stored"}""", 3, "b"));
        var stored = new LookupResult { Person = Person("""{"plan":"pro","stored":1,"x":"stored"}""") };

        var outcomes = team.Ask(new Caller { Properties = """{"x":null}""", Stored = stored });

        Assert.True(outcomes[0].Enabled);
        Assert.True(outcomes[1].Enabled);
        Assert.Equal("out_of_rollout_bound", outcomes[2].Reason.Code);
    }

    [Fact]
    public void A_caller_may_insist_on_its_own_properties()
    {
        var team = Team.With(Team.FlagWhere(PersonFilter, 1, "a"), Team.FlagWhere("""{"key":"id","type":"cohort","value":5}""", 2, "b"));

        team.Ask(new Caller { OnlyOverrides = true, FlagKeys = ["a"], Stored = new LookupResult { Person = Person("""{"plan":"pro"}""") } });

        Assert.True(team.Plan.IsEmpty);
        Assert.False(team.Results.Outcomes[0].Enabled);
    }

    [Fact]
    public void Person_metadata_cannot_be_sent_by_the_caller()
    {
        var team = Team.With(Team.FlagWhere("""{"key":"created_at","type":"person_metadata","operator":"is_date_exact","value":"2025-05-05T10:00:00.5Z"}"""));
        var person = new PersonRow(1, new DateTimeOffset(2025, 5, 5, 12, 0, 0, 500, TimeSpan.FromHours(2)), default);

        Assert.True(team.Ask(new Caller { Properties = """{"created_at":"2020-01-01"}""", Stored = new LookupResult { Person = person } })[0].Enabled);
        Assert.False(team.Ask(new Caller { Properties = """{"created_at":"2025-05-05T10:00:00.5Z"}""" })[0].Enabled);
    }

    [Theory]
    [InlineData("$os", """{"$os_name":"iOS"}""")]
    [InlineData("$os_name", """{"$os":"iOS"}""")]
    [InlineData("$initial_os", """{"$os_name":"iOS"}""")]
    [InlineData("$initial_utm_source", """{"utm_source":"iOS"}""")]
    [InlineData("$initial__kx", """{"_kx":"iOS"}""")]
    [InlineData("$initial_raw_user_agent", """{"$raw_user_agent":"iOS"}""")]
    public void Properties_are_filled_from_their_siblings(string name, string properties)
    {
        var team = Team.With(Team.FlagWhere($$$"""{"key":"{{{name}}}","type":"person","value":"ios"}"""));

        Assert.True(team.Ask(new Caller { Properties = properties, OnlyOverrides = true })[0].Enabled);
        Assert.True(team.Ask(new Caller { Stored = new LookupResult { Person = Person(properties) } })[0].Enabled);
        var kept = properties[..^1] + $",\"{name}\":null}}";
        Assert.False(team.Ask(new Caller { Properties = kept })[0].Enabled);
    }

    [Theory]
    [InlineData("{\"plan\":\"pro\",")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("nonsense")]
    public void Stored_properties_that_are_no_object_do_not_throw(string stored)
    {
        var team = Team.With(Team.FlagWhere("""{"key":"other","type":"person","value":"x"}"""));

        Assert.False(team.Ask(new Caller { Stored = new LookupResult { Person = Person(stored) } })[0].Enabled);
    }

    internal static PersonRow Person(string properties) => new(1, DateTimeOffset.UnixEpoch, Encoding.UTF8.GetBytes(properties));
}
