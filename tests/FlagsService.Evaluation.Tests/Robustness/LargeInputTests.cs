using System.Text.Json;
using Xunit;

namespace FlagsService.Evaluation.Tests.Robustness;

public sealed class LargeInputTests
{
    [Fact]
    public void A_property_of_a_megabyte_is_compared_by_every_operator()
    {
        string[] operators =
        [
            "exact", "is_not", "icontains", "not_icontains", "icontains_multi", "starts_with", "ends_with", "regex", "not_regex", "gt", "between", "semver_gt", "semver_wildcard", "is_date_after",
        ];
        var team = Team.With([.. operators.Select((name, i) => Team.FlagWhere($$$"""{"key":"p","type":"person","operator":"{{{name}}}","value":"zzz"}""", i + 1, name))]);
        var text = JsonSerializer.Serialize(new string('a', 1 << 20) + "Zzz");

        var on = team.Ask(new Caller { Properties = $$$"""{"p":{{{text}}}}""" }).Where(outcome => outcome.Enabled).Select(outcome => outcome.Flag.Key);

        Assert.Equal(["ends_with", "icontains", "icontains_multi", "is_not"], on);
    }

    [Fact]
    public void A_property_of_a_megabyte_of_structure_is_compared_as_text()
    {
        var list = "[" + string.Join(',', Enumerable.Range(0, 150_000)) + "]";
        var map = "{" + string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"k{i}\":{i}")) + "}";
        var team = Team.With(Team.FlagWhere("""{"key":"p","type":"person","operator":"icontains","value":"149999]"}"""), Team.FlagWhere("""{"key":"q","type":"person","operator":"starts_with","value":"{\"k0\":0,\"k1\":1,\"k10\":10"}""", 2, "g"));

        Assert.All(team.Ask(new Caller { Properties = $$$"""{"p":{{{list}}},"q":{{{map}}}}""" }), outcome => Assert.True(outcome.Enabled));
    }

    [Fact]
    public void A_request_nested_deep_is_answered()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 500)) + string.Concat(Enumerable.Repeat("]", 500));
        var tooDeep = string.Concat(Enumerable.Repeat("[", 5_000)) + string.Concat(Enumerable.Repeat("]", 5_000));
        var team = Team.With(Team.FlagWhere("""{"key":"p","type":"person","operator":"icontains","value":"[[]]"}"""), Team.Flag(2, "g", """{"groups":[{"aggregation_group_type_index":0},{}]}"""));

        Assert.True(team.Ask("f", new Caller { Properties = $$$"""{"p":{{{deep}}}}""" })!.Enabled);
        Assert.True(team.Ask("g", new Caller { Properties = $$$"""{"p":{{{tooDeep}}}}""", Groups = $$$"""{"company":{{{tooDeep}}}}""", GroupProperties = $$$"""{"company":{"p":{{{tooDeep}}}}}""" })!.Enabled);
    }
}
