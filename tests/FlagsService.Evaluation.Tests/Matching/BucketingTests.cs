using Xunit;

namespace FlagsService.Evaluation.Tests.Matching;

public sealed class BucketingTests
{
    private const string Zero = """{"groups":[{"rollout_percentage":0}]}""";
    private const string ByCompany = """{"groups":[{"rollout_percentage":0}],"aggregation_group_type_index":0}""";

    [Theory]
    [InlineData("", true)]
    [InlineData("user-1", false)]
    public void An_empty_identifier_is_first_in_line(string id, bool enabled) => Assert.Equal(enabled, Team.With(Team.Flag(1, "f", Zero)).Ask(new Caller(id))[0].Enabled);

    [Fact]
    public void An_empty_identifier_gets_the_first_variant_with_a_share()
    {
        var filters = """{"groups":[{}],"multivariate":{"variants":[{"key":"none","rollout_percentage":0},{"key":"some","rollout_percentage":0.1}]}}""";

        Assert.Equal("some", Team.With(Team.Flag(1, "f", filters)).Ask(new Caller(""))[0].Variant);
    }

    [Fact]
    public void An_empty_identifier_is_hashed_for_holdouts()
    {
        Assert.Equal("condition_match", Reason("92.68"));
        Assert.Equal("holdout_condition_value", Reason("92.69"));

        static string Reason(string percentage)
        {
            var filters = $$$"""{"groups":[{}],"holdout":{"id":1,"exclusion_percentage":{{{percentage}}}}}""";
            return Team.With(Team.Flag(1, "f", filters)).Ask(new Caller(""))[0].Reason.Code;
        }
    }

    [Fact]
    public void A_group_holdout_without_the_group_hashes_nothing_but_its_prefix()
    {
        var filters = """{"groups":[],"aggregation_group_type_index":0,"holdout":{"id":1,"exclusion_percentage":92.69}}""";

        Assert.Equal("holdout-1", Team.With(Team.Flag(1, "f", filters)).Ask(new Caller())[0].Variant);
    }

    [Theory]
    [InlineData("""{"company":7}""", true)]
    [InlineData("""{"company":"7"}""", true)]
    [InlineData("""{"company":"\u0037"}""", true)]
    [InlineData("""{"c\u006fmpany":7}""", true)]
    [InlineData("""{"company":7.0}""", false)]
    public void A_group_key_is_hashed_as_its_text(string groups, bool enabled)
    {
        // The hash of 7 is 0.4076, that of 7.0 lies elsewhere.
        var filters = """{"groups":[{"rollout_percentage":40.8}],"aggregation_group_type_index":0}""";
        var floating = Team.With(Team.Flag(1, "checkout-redesign", filters)).Ask(new Caller { Groups = """{"company":"7.0"}""" })[0].Enabled;

        Assert.Equal(enabled || floating, Team.With(Team.Flag(1, "checkout-redesign", filters)).Ask(new Caller { Groups = groups })[0].Enabled);
        Assert.Equal("no_group_type", Team.With(Team.Flag(1, "f", ByCompany)).Ask(new Caller { Groups = """{"company":true}""" })[0].Reason.Code);
    }

    [Fact]
    public void The_variant_is_hashed_by_what_the_matching_condition_aggregates()
    {
        var filters = """{"groups":[{"rollout_percentage":99}],"aggregation_group_type_index":0,"multivariate":{"variants":[{"key":"low","rollout_percentage":20},{"key":"high","rollout_percentage":80}]}}""";
        var person = filters.Replace("\"rollout_percentage\":99", "\"rollout_percentage\":99,\"aggregation_group_type_index\":null", StringComparison.Ordinal);
        var caller = new Caller("user-1") { Groups = """{"company":"acme"}""" };

        Assert.Equal("low", Team.With(Team.Flag(1, "checkout-redesign", filters)).Ask(caller)[0].Variant);
        Assert.Equal("high", Team.With(Team.Flag(1, "checkout-redesign", person)).Ask(caller)[0].Variant);
    }

    [Fact]
    public void Conditions_of_one_flag_may_bucket_by_different_things()
    {
        // acme is at 0.758, user-1 at 0.564, user-2 at 0.022.
        var filters = """{"groups":[{"rollout_percentage":50},{"aggregation_group_type_index":0,"rollout_percentage":76},{"rollout_percentage":57}]}""";
        var team = Team.With(Team.Flag(1, "checkout-redesign", filters));

        Assert.Equal(0, team.Ask(new Caller("user-2"))[0].Reason.ConditionIndex);
        Assert.Equal(1, team.Ask(new Caller("user-1") { Groups = """{"company":"acme"}""" })[0].Reason.ConditionIndex);
        Assert.Equal(2, team.Ask(new Caller("user-1"))[0].Reason.ConditionIndex);
    }

    [Theory]
    [InlineData(199)]
    [InlineData(200)]
    [InlineData(201)]
    [InlineData(300)]
    public void Identifiers_are_cut_at_two_hundred_characters_not_bytes(int length)
    {
        var team = Team.With(Team.FlagWhere($$$"""{"key":"distinct_id","type":"person","value":"{{{string.Concat(Enumerable.Repeat("😀", Math.Min(length, 200)))}}}"}"""));

        Assert.True(team.Ask(new Caller(string.Concat(Enumerable.Repeat("😀", length))))[0].Enabled);
    }

    [Fact]
    public void Device_bucketing_without_a_device_misses_but_falls_back_for_holdouts()
    {
        var flag = Team.Flag(1, "f", """{"groups":[{}],"early_exit":true,"holdout":{"id":1,"exclusion_percentage":18}}""") with { BucketingIdentifier = "device_id" };
        var team = Team.With(flag);

        Assert.Equal("holdout_condition_value", team.Ask(new Caller("user-1"))[0].Reason.Code);
        Assert.Equal("out_of_rollout_bound", team.Ask(new Caller("user-2"))[0].Reason.Code);
        Assert.Equal("condition_match", team.Ask(new Caller("user-2") { Properties = """{"$device_id":"DEVICE"}""" })[0].Reason.Code);
        Assert.Equal("out_of_rollout_bound", team.Ask(new Caller("user-2") { Properties = """{"$device_id":7}""" })[0].Reason.Code);
        Assert.True(Team.With(flag with { BucketingIdentifier = "DEVICE_ID" }).Ask(new Caller("user-2"))[0].Enabled);
    }

    [Fact]
    public void The_group_key_is_a_property_that_callers_cannot_forge()
    {
        var team = Team.With(Team.FlagWhere("""{"key":"$group_key","type":"group","group_type_index":0,"value":"acme"}"""));

        Assert.True(team.Ask(new Caller { Groups = """{"company":"acme"}""", GroupProperties = """{"company":{"$group_key":"other"}}""" })[0].Enabled);
        Assert.False(team.Ask(new Caller { Groups = """{"company":"other"}""", GroupProperties = """{"company":{"$group_key":"acme"}}""" })[0].Enabled);
        Assert.True(team.Ask(new Caller { GroupProperties = """{"company":{"$group_key":"acme"}}""" })[0].Enabled);
        Assert.True(team.Ask(new Caller { Groups = """{"company":null}""", GroupProperties = """{"company":{"$group_key":"acme"}}""" })[0].Enabled);
        Assert.False(team.Ask(new Caller { Groups = """{"company":"x"}""", GroupProperties = """{"company":[1]}""" })[0].Enabled);
    }

    [Fact]
    public void A_group_filter_without_any_index_looks_at_nothing()
    {
        Assert.False(Team.With(Team.FlagWhere("""{"key":"x","type":"group","value":1}""")).IsOn("""{"x":1}"""));
        Assert.True(Team.With(Team.FlagWhere("""{"key":"x","type":"group","operator":"is_not_set"}""")).IsOn("""{"x":1}"""));
    }
}
