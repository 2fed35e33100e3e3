using System.Text;
using System.Text.Json;
using FlagsService.Evaluation.Results;
using Xunit;

namespace FlagsService.Evaluation.Tests.Results;

public sealed class OutcomeTests
{
    [Fact]
    public void A_record_has_exactly_the_members_that_clients_read()
    {
        var flag = Team.Flag(71, "new-\"checkout\"", """{"groups":[{}],"payloads":{"true":{"button" : "gr\u00fcn"}}}""") with { Version = null, HasExperiment = true };
        var outcome = Team.With(flag).Ask(new Caller())[0];

        Assert.Equal(
            """
            "new-\"checkout\"":{"key":"new-\"checkout\"","enabled":true,"variant":null,"reason":{"code":"condition_match","condition_index":0,"description":"Matched condition set 1"},"metadata":{"id":71,"version":0,"description":null,"payload":"{\"button\":\"grün\"}","has_experiment":true}}
            """,
            Text(outcome.V2Member));
        Assert.Equal("\"new-\\\"checkout\\\"\":true", Text(outcome.ValueMember));
        Assert.Equal("""
            "new-\"checkout\"":"{\"button\":\"grün\"}"
            """, Text(outcome.PayloadMember));
    }

    [Fact]
    public void A_failed_record_says_so_and_has_no_payload()
    {
        var outcome = Team.With(Team.Flag(1, "f", """{"groups":[{}],"version":"1","payloads":{"true":"1"}}""")).Ask(new Caller())[0];

        Assert.Equal(
            """
            "f":{"key":"f","enabled":false,"variant":null,"failed":true,"reason":{"code":"flag_data_parsing_error","condition_index":null,"description":"Failed to parse flag data: unsupported feature flag configuration format"},"metadata":{"id":1,"version":3,"description":null,"payload":null,"has_experiment":false}}
            """,
            Text(outcome.V2Member));
        Assert.Equal("\"f\":false", Text(outcome.ValueMember));
        Assert.True(outcome.PayloadMember.IsEmpty);
    }

    [Theory]
    [InlineData("null", null)]
    [InlineData("\"\"", "\"\"")]
    [InlineData("\"abc\"", "\"abc\"")]
    [InlineData("\"{\\\"a\\\": 1}\"", "{\"a\": 1}")]
    [InlineData("\"5\"", "5")]
    [InlineData("\"null\"", "null")]
    [InlineData("\"{a:1}\"", "\"{a:1}\"")]
    [InlineData("\"1 2\"", "\"1 2\"")]
    [InlineData("[1, 2.50]", "[1,2.50]")]
    [InlineData("true", "true")]
    [InlineData("\"a\\\"\\n\\u0001\"", "\"a\\\"\\n\\u0001\"")]
    public void A_payload_is_always_text_that_holds_JSON(string stored, string? sent)
    {
        var outcome = Team.With(Team.Flag(1, "f", $$$"""{"groups":[{}],"payloads":{"true":{{{stored}}}}}""")).Ask(new Caller())[0];

        Assert.Equal(sent, outcome.Payload);
        var record = JsonDocument.Parse("{" + Text(outcome.V2Member) + "}").RootElement.GetProperty("f");
        Assert.Equal(sent, record.GetProperty("metadata").GetProperty("payload").GetString());
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("\"x\"")]
    [InlineData("7")]
    [InlineData("{\"other\":1}")]
    [InlineData("{\"a\":1}")]
    public void A_payload_is_looked_up_under_the_result_alone(string payloads) =>
        Assert.Null(Team.With(Team.Flag(1, "f", $$$"""{"groups":[{}],"payloads":{{{payloads}}}}""")).Ask(new Caller())[0].Payload);

    [Fact]
    public void A_variant_has_its_own_payload_and_never_that_of_true()
    {
        var filters = """{"groups":[{"variant":"a"}],"multivariate":{"variants":[{"key":"a","rollout_percentage":0},{"key":"b","rollout_percentage":100}]},"payloads":{"true":1,"b":2}}""";
        var outcome = Team.With(Team.Flag(1, "f", filters)).Ask(new Caller())[0];

        Assert.Equal(("a", null), (outcome.Variant, outcome.Payload));
        Assert.Equal("\"f\":\"a\"", Text(outcome.ValueMember));
    }

    [Theory]
    [InlineData("""{"groups":[]}""", "no_group_type", null, "No group type")]
    [InlineData("""{}""", "no_group_type", null, "No group type")]
    [InlineData("""{"groups":[{"aggregation_group_type_index":0},{"aggregation_group_type_index":1}]}""", "no_group_type", 1, "No group type")]
    [InlineData("""{"groups":[{"rollout_percentage":-1},{"properties":[{"key":"x","type":"person","value":1}]}]}""", "out_of_rollout_bound", 0, "Out of rollout bound")]
    [InlineData(
        """{"groups":[{"properties":[{"key":"x","type":"person","value":1}]},{"aggregation_group_type_index":0}]}""", "no_condition_match", 0,
        "No matching condition set (group conditions were not evaluated because no group type was provided)")]
    [InlineData("""{"groups":[{"properties":[{"key":"x","type":"person","value":1}]},{"properties":[{"key":"x","type":"person","value":2}]}]}""", "no_condition_match", 1, "No matching condition set")]
    [InlineData("""{"groups":[{"rollout_percentage":-1},{"rollout_percentage":-1}],"early_exit":true}""", "out_of_rollout_bound", 0, "Out of rollout bound")]
    [InlineData("""{"groups":[{"aggregation_group_type_index":0},{}],"early_exit":true}""", "condition_match", 1, "Matched condition set 2")]
    [InlineData("""{"groups":[{}],"holdout":{"id":12,"exclusion_percentage":250}}""", "holdout_condition_value", null, "Holdout condition value")]
    public void A_result_has_its_reason(string filters, string code, int? condition, string description) =>
        Assert.Equal(new FlagReason(code, condition, description), Team.With(Team.Flag(1, "f", filters)).Ask(new Caller { Properties = """{"x":0}""" })[0].Reason);

    [Theory]
    [InlineData("true", true)]
    [InlineData("\"TRUE\"", true)]
    [InlineData("\"1\"", false)]
    [InlineData("1", false)]
    [InlineData("null", false)]
    [InlineData("[true]", false)]
    public void Enrollment_decides_before_anything_else(string stored, bool enabled)
    {
        var filters = """{"groups":[{}],"feature_enrollment":true,"holdout":{"id":1,"exclusion_percentage":100},"payloads":{"true":9},"multivariate":{"variants":[{"key":"a","rollout_percentage":100}]},"aggregation_group_type_index":0}""";
        var outcome = Team.With(Team.Flag(1, "f", filters)).Ask(new Caller { Properties = $$$"""{"$feature_enrollment/f":{{{stored}}}}""" })[0];

        Assert.Equal((enabled, null, "9"), (outcome.Enabled, outcome.Variant, outcome.Payload));
        Assert.Equal(new FlagReason("super_condition_value", 0, "Super condition value"), outcome.Reason);
    }

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}
