using System.Text.Json;
using Xunit;

namespace FlagsService.Evaluation.Tests.Matching;

public sealed class OperatorTests
{
    [Theory]

    // Text of numbers, booleans and structures.
    [InlineData("exact", "\"1\"", "1", true)]
    [InlineData("exact", "\"1\"", "1.0", false)]
    [InlineData("exact", "\"100.0\"", "1e2", true)]
    [InlineData("exact", "\"100.0\"", "100.00", true)]
    [InlineData("exact", "\"1e16\"", "10000000000000000.0", true)]
    [InlineData("exact", "\"1000000000000000.0\"", "1e15", true)]
    [InlineData("exact", "\"1.5e-7\"", "0.00000015", true)]
    [InlineData("exact", "\"0.00001\"", "1e-5", true)]
    [InlineData("exact", "\"1e-6\"", "0.000001", true)]
    [InlineData("exact", "\"0.1\"", "0.10", true)]
    [InlineData("exact", "\"-0.0\"", "-0.0", true)]
    [InlineData("exact", "\"18446744073709551615\"", "18446744073709551615", true)]
    [InlineData("exact", "\"1e20\"", "100000000000000000000", true)]
    [InlineData("exact", "\"123456789012345678\"", "123456789012345678", true)]
    [InlineData("exact", "\"9007199254740993\"", "9007199254740993", true)]
    [InlineData("icontains", "\"a\\\":1,\\\"b\\\":[true,null\"", "{ \"b\": [true, null], \"a\": 1 }", true)]
    [InlineData("exact", "\"[1,\\\"x\\\"]\"", "[ 1 , \"\\u0078\" ]", true)]
    [InlineData("exact", "{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}", true)]
    [InlineData("exact", "\"null\"", "null", true)]
    [InlineData("exact", "[\"a\",5]", "5", true)]
    [InlineData("exact", "\"\u00c5SE\"", "\"\u00e5se\"", true)]
    [InlineData("exact", "\"x y\"", "\"x\\u0020Y\"", true)]
    [InlineData("icontains", "\"\u00c5\"", "\"\u00e5\"", false)]
    [InlineData("icontains", "\"\u00c5B\"", "\"x\u00c5b\"", true)]
    [InlineData("is_not", "[\"a\",\"b\"]", "\"B\"", false)]
    [InlineData("is_not", "[]", "\"x\"", true)]
    [InlineData("is_not", "[]", "true", false)]

    // Truth values of the older mode.
    [InlineData("exact", "false", "\"no\"", true)]
    [InlineData("exact", "\"FALSE\"", "0", true)]
    [InlineData("exact", "true", "1", false)]
    [InlineData("exact", "[\"true\",true]", "[\"TRUE\",[true]]", true)]
    [InlineData("exact", "true", "[]", true)]
    [InlineData("exact", "[[]]", "true", true)]
    [InlineData("exact", "true", "[true,1]", false)]
    [InlineData("is_not", "true", "\"True\"", false)]
    [InlineData("is_not", "false", "{}", false)]

    // Several needles.
    [InlineData("icontains_multi", "[\"x\",\"B\"]", "\"abc\"", true)]
    [InlineData("icontains_multi", "\"B\"", "\"abc\"", true)]
    [InlineData("icontains_multi", "[]", "\"abc\"", false)]
    [InlineData("not_icontains_multi", "[]", "\"abc\"", true)]
    [InlineData("not_icontains_multi", "[\"z\",\"C\"]", "\"abc\"", false)]
    [InlineData("icontains_multi", "[null]", "null", true)]
    [InlineData("starts_with", "\"AB\"", "\"abc\"", true)]
    [InlineData("not_starts_with", "\"b\"", "\"abc\"", true)]
    [InlineData("ends_with", "\"\"", "\"abc\"", true)]
    [InlineData("not_ends_with", "\"C\"", "\"abc\"", false)]

    // Presence.
    [InlineData("is_set", "null", "null", true)]
    [InlineData("is_not_set", "\"x\"", "null", false)]

    // Numbers.
    [InlineData("gt", "5", "\"6\"", true)]
    [InlineData("gt", "\"5\"", "\"+6.5e0\"", true)]
    [InlineData("gt", "5", "\" 6\"", false)]
    [InlineData("gt", "5", "\"6 \"", false)]
    [InlineData("gt", "5", "\"0x10\"", false)]
    [InlineData("gt", "5", "\"1,000\"", false)]
    [InlineData("gt", "5", "\"6\\u0000\"", false)]
    [InlineData("gt", "5", "\"Infinity\"", true)]
    [InlineData("lt", "5", "\"-inf\"", true)]
    [InlineData("gt", "5", "\"1E400\"", true)]
    [InlineData("lte", "\"nan\"", "1", false)]
    [InlineData("gt", "5", "[6]", false)]
    [InlineData("gt", "[5]", "6", false)]
    [InlineData("gte", "0.1", "\".1\"", true)]
    [InlineData("lt", "1", "null", false)]

    // Ranges.
    [InlineData("between", "[1,\"3\"]", "\"2\"", true)]
    [InlineData("between", "[1,3]", "null", false)]
    [InlineData("not_between", "[1,3]", "null", true)]
    [InlineData("not_between", "[1,3]", "\"x\"", true)]
    [InlineData("not_between", "[1,3]", "[2]", true)]
    [InlineData("not_between", "[1,3]", "4", true)]
    [InlineData("not_between", "[1,3]", "3", false)]
    [InlineData("between", "[1,\"inf\"]", "7", true)]
    [InlineData("not_between", "[\"nan\",3]", "7", false)]
    [InlineData("between", "\"1\"", "1", false)]
    [InlineData("between", "[true,3]", "1", false)]

    // Operators that belong elsewhere.
    [InlineData("in", "[\"a\"]", "\"a\"", false)]
    [InlineData("not_in", "[\"a\"]", "\"b\"", false)]
    [InlineData("flag_evaluates_to", "true", "true", false)]

    // No operand.
    [InlineData("is_not", "null", "\"a\"", false)]
    [InlineData("not_icontains", "null", "\"a\"", false)]
    [InlineData("not_regex", "null", "\"a\"", false)]
    [InlineData("not_between", "null", "1", false)]
    public void A_present_property_is_compared(string comparison, string operand, string property, bool expected) =>
        Assert.Equal(expected, Compare(comparison, operand, property));

    [Theory]
    [InlineData("exact", "\"a\"", false)]
    [InlineData("is_not", "\"a\"", true)]
    [InlineData("is_not", "true", true)]
    [InlineData("is_not", "null", false)]
    [InlineData("is_set", "null", false)]
    [InlineData("is_not_set", "null", true)]
    [InlineData("icontains", "\"\"", false)]
    [InlineData("not_icontains", "\"a\"", true)]
    [InlineData("not_starts_with", "\"a\"", true)]
    [InlineData("not_ends_with", "\"a\"", true)]
    [InlineData("not_icontains_multi", "[\"a\"]", true)]
    [InlineData("not_regex", "\"a\"", true)]
    [InlineData("not_regex", "\"(\"", false)]
    [InlineData("not_between", "[1,2]", true)]
    [InlineData("not_between", "[2,1]", false)]
    [InlineData("lt", "1", false)]
    [InlineData("semver_neq", "\"1.0.0\"", false)]
    [InlineData("is_date_before", "\"2026-01-01\"", false)]
    [InlineData("not_in", "[\"a\"]", false)]
    public void An_absent_property_has_an_answer_of_its_own(string comparison, string operand, bool expected) =>
        Assert.Equal(expected, Compare(comparison, operand, null));

    [Theory]
    [InlineData("false", "\"no\"", false)]
    [InlineData("false", "\"FALSE\"", true)]
    [InlineData("true", "\"True\"", true)]
    [InlineData("[]", "true", true)]
    [InlineData("[]", "\"x\"", false)]
    [InlineData("[\"true\",\"false\"]", "\"False\"", true)]
    [InlineData("[true]", "[true]", false)]
    public void Explicit_teams_compare_truth_values_as_text(string operand, string property, bool expected)
    {
        var definitions = Team.Definitions(Team.FlagWhere($$"""{"key":"p","type":"person","value":{{operand}}}""")) with { ExplicitMatching = true };

        Assert.Equal(expected, new Team(definitions).IsOn($$"""{"p":{{property}}}"""));
    }

    [Fact]
    public void A_long_list_finds_what_a_short_one_finds()
    {
        var operands = JsonSerializer.Serialize(Enumerable.Range(0, 10_000).Select(i => $"Value-{i}"));

        Assert.True(Compare("exact", operands, "\"vALUE-9999\""));
        Assert.False(Compare("exact", operands, "\"value-10000\""));
        Assert.False(Compare("is_not", operands, "\"value-0\""));
    }

    internal static bool Compare(string comparison, string operand, string? property) =>
        Team.With(Team.FlagWhere($$"""{"key":"p","type":"person","operator":"{{comparison}}","value":{{operand}}}""")).IsOn(property is null ? "{}" : $$"""{"p":{{property}}}""");
}
