using System.Text;
using System.Text.Json;
using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache.FlagDefinitions;
using Xunit;

namespace FlagsService.HyperCache.Tests;

public sealed class DefinitionsDocumentTests
{
    [Fact]
    public void The_tag_covers_team_and_body() => Assert.Equal("395d9d74836829fe", DefinitionsDocumentBuilder.Tag(3, "{\"flags\":[]}"u8));

    [Fact]
    public void A_team_without_flags_still_has_every_member()
    {
        var json = Encoding.UTF8.GetString(Build([]).Json.Span);
        Assert.Equal("""{"flags":[],"group_type_mapping":{},"cohorts":{},"minimal_flag_called_events":false,"property_matching_version":1}""", json);
    }

    [Fact]
    public void Flags_are_sorted_inactive_ones_listed_and_unreadable_and_survey_ones_left_out()
    {
        var document = Build(
            [
                Flag(1, "b", "{}"), Flag(2, "a", "{}") with { Active = false }, Flag(3, "bad", """{"groups":null}"""), Flag(4, "next-format", """{"version":2}"""),
                Flag(5, "survey", "{}"), Flag(6, "gone", "{}") with { Deleted = true }, Flag(7, "encrypted", "{}") with { HasEncryptedPayloads = true },
            ],
            surveys: [5]);
        var flags = Flags(document);
        Assert.Equal(["a", "b"], flags.Select(flag => flag.GetProperty("key").GetString()));
        Assert.False(flags[0].GetProperty("active").GetBoolean());
        Assert.Equal(document.ETag, Build([Flag(2, "a", "{}") with { Active = false }, Flag(1, "b", "{}")]).ETag);
    }

    [Fact]
    public void Survey_and_tour_flags_alone_are_not_billable()
    {
        Assert.False(Build([Flag(1, "survey-targeting-x", "{}"), Flag(2, "product-tour-targeting-x", "{}")]).IsBillable);
        Assert.True(Build([Flag(1, "survey-targeting-x", "{}"), Flag(2, "x", "{}")]).IsBillable);
    }

    [Theory]
    [InlineData("""{"key":"a","type":"person","value":29.50}""", """{"key":"a","type":"person","value":"29.50","operator":"exact"}""")]
    [InlineData("""{"key":"a","type":"person","value":[1,"x",true,null],"operator":"is_not","negation":true}""", """{"key":"a","type":"person","value":[1,"x","true","null"],"operator":"is_not"}""")]
    [InlineData("""{"key":"a","type":"group","value":"x","group_type_index":1}""", """{"key":"a","type":"group","value":"x","operator":"exact","group_type_index":1}""")]
    [InlineData("""{"key":"id","type":"cohort","value":90}""", """{"key":"id","type":"cohort","value":90,"operator":"in"}""")]
    [InlineData("""{"key":"a","type":"person","operator":"is_set"}""", """{"key":"a","type":"person","value":null,"operator":"is_set"}""")]
    public void Filters_are_written_for_the_strictest_reader(string stored, string sent)
    {
        var flag = Flags(Build([Flag(1, "f", $$$"""{"groups":[{"properties":[{{{stored}}}]}]}""")]))[0];
        Assert.Equal(sent, flag.GetProperty("filters").GetProperty("groups")[0].GetProperty("properties")[0].GetRawText());
        Assert.False(flag.GetProperty("ensure_experience_continuity").GetBoolean());
    }

    [Theory]
    [InlineData("""{"key":"created_at","type":"person_metadata","value":"-7d","operator":"is_date_after"}""")]
    [InlineData("""{"key":"a","type":"person","value":{"x":1}}""")]
    [InlineData("""{"key":"a","type":"person","value":[[1]]}""")]
    [InlineData("""{"key":"id","type":"cohort","value":"90"}""")]
    public void What_an_SDK_cannot_express_is_left_to_the_server(string filter)
    {
        var flag = Flags(Build([Flag(1, "f", $$$"""{"groups":[{"properties":[{{{filter}}},{"key":"kept","type":"person","value":"x"}]}]}""")]))[0];
        Assert.True(flag.GetProperty("ensure_experience_continuity").GetBoolean());
        Assert.Equal("kept", Assert.Single(flag.GetProperty("filters").GetProperty("groups")[0].GetProperty("properties").EnumerateArray()).GetProperty("key").GetString());
    }

    [Fact]
    public void Payload_values_are_strings_of_json_and_variants_have_numbers()
    {
        var flag = Flags(Build([Flag(1, "f", """{"multivariate":{"variants":[{"key":"a","rollout_percentage":12.50}]},"payloads":{"a":{"x":1},"b":"text","c":"{\"y\":2}","d":null,"e":""}}""")]))[0];
        var filters = flag.GetProperty("filters");
        Assert.Equal("""{"a":"{\u0022x\u0022:1}","b":"\u0022text\u0022","c":"{\u0022y\u0022:2}","e":"\u0022\u0022"}""", filters.GetProperty("payloads").GetRawText());
        Assert.Equal("12.5", filters.GetProperty("multivariate").GetProperty("variants")[0].GetProperty("rollout_percentage").GetRawText());
    }

    [Fact]
    public void Absent_and_null_aggregation_stay_apart()
    {
        var groups = Flags(Build([Flag(1, "f", """{"aggregation_group_type_index":0,"groups":[{},{"aggregation_group_type_index":null},{"aggregation_group_type_index":1}]}""")]))[0].GetProperty("filters").GetProperty("groups");
        Assert.False(groups[0].TryGetProperty("aggregation_group_type_index", out _));
        Assert.Equal(JsonValueKind.Null, groups[1].GetProperty("aggregation_group_type_index").ValueKind);
        Assert.Equal(1, groups[2].GetProperty("aggregation_group_type_index").GetInt32());
    }

    [Fact]
    public void Dependencies_are_sent_by_key_with_the_whole_chain()
    {
        var flags = Flags(Build(
        [
            Flag(1, "base", "{}"), Flag(2, "left", DependsOn(1)), Flag(3, "right", DependsOn(1)), Flag(4, "top", DependsOn(2, 3)),
            Flag(5, "self", DependsOn(5)), Flag(6, "lost", DependsOn(99)), Flag(7, "above-lost", DependsOn(6)), Flag(8, "inactive-base", "{}") with { Active = false }, Flag(9, "on-inactive", DependsOn(8)),
            Flag(10, "no-id", """{"groups":[{"properties":[{"key":"abc","type":"flag","value":true,"operator":"flag_evaluates_to"}]}]}"""), Flag(11, "above-no-id", DependsOn(10)),
        ]));
        Assert.Equal(["base", "left"], Chain(flags, "top", 0));
        Assert.Equal(["base", "right"], Chain(flags, "top", 1));
        Assert.Empty(Chain(flags, "self", 0));
        Assert.Empty(Chain(flags, "lost", 0));
        Assert.Empty(Chain(flags, "above-lost", 0));
        Assert.Empty(Chain(flags, "no-id", 0));
        Assert.Empty(Chain(flags, "above-no-id", 0));
        Assert.Equal(["inactive-base"], Chain(flags, "on-inactive", 0));
    }

    [Fact]
    public void Only_cohorts_that_SDKs_can_evaluate_are_listed()
    {
        CohortRow[] cohorts =
        [
            Cohort(1, """{"properties":{"type":"OR","values":[{"type":"AND","values":[{"key":"email","type":"person","value":"@x","operator":"icontains"},{"key":"id","type":"cohort","value":2}]}]}}"""),
            Cohort(2, """{"properties":{"type":"AND","values":[{"key":"n","type":"person","value":5,"negation":true}]}}"""),
            Cohort(3, """{"properties":{"type":"AND","values":[{"key":"e","type":"behavioral","value":"performed_event"}]}}"""),
            Cohort(4, "{}"), Cohort(5, "{}") with { IsStatic = true }, Cohort(6, """{"properties":{"type":"AND","values":[{"key":"unused","type":"person","value":"x"}]}}"""),
        ];
        var document = Build([Flag(1, "f", """{"groups":[{"properties":[{"key":"id","type":"cohort","value":1},{"key":"id","type":"cohort","value":4},{"key":"id","type":"cohort","value":5}]}]}"""), Flag(2, "g", """{"groups":[{"properties":[{"key":"id","type":"cohort","value":3}]}]}""")], cohorts);
        var listed = JsonElement.Parse(document.Json.Span).GetProperty("cohorts");
        Assert.Equal(["1", "2"], listed.EnumerateObject().Select(cohort => cohort.Name));
        Assert.Equal("""{"type":"AND","values":[{"key":"n","type":"person","value":"5","operator":"exact","negation":true}]}""", listed.GetProperty("2").GetRawText());
        Assert.Equal([false, true], Flags(document).Select(flag => flag.GetProperty("ensure_experience_continuity").GetBoolean()));
    }

    private static string[] Chain(JsonElement[] flags, string key, int index) =>
        [.. flags.Single(flag => flag.GetProperty("key").GetString() == key).GetProperty("filters").GetProperty("groups")[index].GetProperty("properties")[0].GetProperty("dependency_chain").EnumerateArray().Select(item => item.GetString()!)];

    private static string DependsOn(params int[] ids) =>
        "{\"groups\":[" + string.Join(',', ids.Select(id => $$"""{"properties":[{"key":"{{id}}","type":"flag","value":true,"operator":"flag_evaluates_to"}]}""")) + "]}";

    private static JsonElement[] Flags(DefinitionsDocument document) => [.. JsonElement.Parse(document.Json.Span).GetProperty("flags").EnumerateArray()];

    private static DefinitionsDocument Build(FlagRow[] flags, CohortRow[]? cohorts = null, int[]? surveys = null) =>
        DefinitionsDocumentBuilder.Build(new TeamDefinitions { TeamId = 1, Flags = flags, Cohorts = cohorts ?? [], SurveyFlagIds = (surveys ?? []).ToHashSet() });

    private static FlagRow Flag(int id, string key, string filters) => new() { Id = id, TeamId = 1, Key = key, Active = true, FiltersJson = Encoding.UTF8.GetBytes(filters) };

    private static CohortRow Cohort(int id, string filters) => new() { Id = id, TeamId = 1, FiltersJson = Encoding.UTF8.GetBytes(filters) };
}
