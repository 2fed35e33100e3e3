using System.Text.Json;
using FlagsService.TestKit.Vectors;
using Xunit;

namespace FlagsService.Evaluation.Tests.Vectors;

public sealed class VectorTests
{
    private static readonly Dictionary<string, VectorCase> Cases = VectorFolder.Read(VectorFolder.Current).ToDictionary(item => item.Name, StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Cases.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_case_gives_what_it_expects(string name)
    {
        var answer = VectorRunner.Run(Cases[name]);

        foreach (var (key, expected) in Cases[name].Expectations)
        {
            Assert.Null(VectorExpectation.FindDifference(key, expected, answer.Records.GetValueOrDefault(key)));
        }

        Assert.Equal(Cases[name].ErrorsWhileComputing, answer.ErrorsWhileComputing);
    }

    [Theory]
    [InlineData("simple")]
    [InlineData("multivariate")]
    public void A_thousand_callers_fall_where_every_SDK_puts_them(string list)
    {
        var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(VectorFolder.CheckedIn, "consistency.json"))).RootElement.GetProperty(list);
        var expected = document.GetProperty("results").EnumerateArray().Select(result => result.GetRawText()).ToArray();
        var flag = document.GetProperty("flag");
        var team = Team.With(Team.Flag(flag.GetProperty("id").GetInt32(), flag.GetProperty("key").GetString()!, flag.GetProperty("filters").GetRawText()));

        var actual = Enumerable.Range(0, 1000).Select(i =>
        {
            var outcome = team.Ask(new Caller($"distinct_id_{i}"))[0];
            return outcome.Variant is { } variant ? $"\"{variant}\"" : outcome.Enabled ? "true" : "false";
        });

        Assert.Equal(1000, expected.Length);
        Assert.Equal(expected, actual);
    }
}
