using FlagsService.Evaluation.Definitions;
using FlagsService.Evaluation.Lookups;
using Xunit;

namespace FlagsService.Evaluation.Tests.Matching;

public sealed class ContinuityTests
{
    private const string Half = """{"groups":[{"rollout_percentage":50}]}""";

    [Theory]
    [InlineData(Half, true)]
    [InlineData("""{"groups":[{"rollout_percentage":100}]}""", false)]
    [InlineData("""{"groups":[{}],"multivariate":{"variants":[]}}""", false)]
    [InlineData("""{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":99}]}}""", true)]
    [InlineData("""{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":100},{"key":"b","rollout_percentage":0}]}}""", false)]
    [InlineData("""{"groups":[{"rollout_percentage":50}],"aggregation_group_type_index":0}""", false)]
    public void Hash_keys_are_read_only_when_they_could_change_a_value(string filters, bool expected)
    {
        var team = Team.With(Sticky(1, "f", filters));

        team.Ask(new Caller { Anonymous = "anon" });

        Assert.Equal(expected, team.Plan.NeedsHashKeyOverrides);
    }

    [Fact]
    public void Device_bucketing_has_no_continuity()
    {
        var team = Team.With(Sticky(1, "f", Half) with { BucketingIdentifier = "device_id" });

        team.Ask(new Caller { Device = "d" });

        Assert.True(team.Plan.IsEmpty);
    }

    [Fact]
    public void The_plan_names_both_ids_and_every_active_flag_with_continuity()
    {
        var team = Team.With(Sticky(1, "a", Half), Sticky(2, "b", """{"groups":[{}]}"""), Sticky(3, "off", Half) with { Active = false }, Team.Flag(4, "plain", Half));

        team.Ask(new Caller("user") { Anonymous = "anon", FlagKeys = ["a"] });
        Assert.Equal(("user", "anon", true, false), (team.Plan.DistinctId, team.Plan.AnonymousId, team.Plan.MayWriteHashKeys, team.Plan.NeedsProperties));
        Assert.Equal(["a", "b"], team.Plan.ContinuityFlagKeys);
        team.Ask(new Caller("user") { Anonymous = "user" });
        Assert.Equal((null, false, true), (team.Plan.AnonymousId, team.Plan.MayWriteHashKeys, team.Plan.NeedsHashKeyOverrides));
        team.Ask(new Caller("user") { Anonymous = "anon", MayWrite = false });
        Assert.Equal(("anon", false), (team.Plan.AnonymousId, team.Plan.MayWriteHashKeys));
        team.Ask(new Caller("user") { Properties = """{"$anon_distinct_id":"from-properties"}""" });
        Assert.Equal("from-properties", team.Plan.AnonymousId);
        team.Ask(new Caller("user") { Properties = """{"$anon_distinct_id":7}""" });
        Assert.Null(team.Plan.AnonymousId);
        team.Ask(new Caller("user") { Anonymous = new string('é', 300) });
        Assert.Equal(new string('é', 200), team.Plan.AnonymousId);
    }

    [Fact]
    public void Stored_key_beats_anonymous_id_beats_distinct_id()
    {
        var team = Team.With(Sticky(1, "f", Half));
        var ids = Enumerable.Range(0, 40).Select(i => $"id-{i}").ToArray();
        var inside = ids.First(id => team.Ask(new Caller(id))[0].Enabled);
        var outside = ids.First(id => !team.Ask(new Caller(id))[0].Enabled);

        Assert.True(team.Ask(new Caller(outside) { Anonymous = inside })[0].Enabled);
        Assert.False(team.Ask(new Caller(outside) { Anonymous = inside, Stored = Keys("f", outside) })[0].Enabled);
        Assert.True(team.Ask(new Caller(outside) { Anonymous = outside, Stored = Keys("f", inside) })[0].Enabled);
        Assert.False(team.Ask(new Caller(outside) { Stored = Keys("other", inside) })[0].Enabled);
    }

    [Fact]
    public void Stored_keys_that_were_not_wanted_are_not_used()
    {
        var definitions = Team.Definitions(Sticky(1, "f", """{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":10},{"key":"b","rollout_percentage":100}]}}"""));
        var team = new Team(definitions);
        var first = Enumerable.Range(0, 200).Select(i => $"id-{i}").First(id => team.Ask(new Caller(id))[0].Variant == "a");
        var second = Enumerable.Range(0, 200).Select(i => $"id-{i}").First(id => team.Ask(new Caller(id))[0].Variant == "b");

        Assert.Equal("b", team.Ask(new Caller(second) { Stored = Keys("f", first) })[0].Variant);
        Assert.Equal("a", team.Ask(new Caller(second) { Anonymous = first })[0].Variant);
    }

    [Fact]
    public void Holdouts_know_the_anonymous_id_but_no_stored_key()
    {
        var team = Team.With(Sticky(1, "f", """{"groups":[{"rollout_percentage":50}],"holdout":{"id":1,"exclusion_percentage":18}}"""));

        Assert.Equal("holdout_condition_value", team.Ask(new Caller("user-1"))[0].Reason.Code);
        Assert.Equal("holdout_condition_value", team.Ask(new Caller("user-2") { Anonymous = "user-1" })[0].Reason.Code);
        Assert.NotEqual("holdout_condition_value", team.Ask(new Caller("user-2") { Stored = Keys("f", "user-1") })[0].Reason.Code);
        Assert.Equal("holdout_condition_value", team.Ask(new Caller("user-1") { Stored = Keys("f", "user-2") })[0].Reason.Code);
    }

    private static LookupResult Keys(string flag, string hashKey) => new() { HashKeyOverrides = new Dictionary<string, string> { [flag] = hashKey } };

    private static FlagRow Sticky(int id, string key, string filters) => Team.Flag(id, key, filters) with { EnsureExperienceContinuity = true };
}
