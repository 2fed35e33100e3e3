using System.Text.Json;
using Xunit;

namespace FlagsService.Evaluation.Tests.Matching;

public sealed class PatternOperatorTests
{
    [Theory]
    [InlineData("b+", "abbc", true)]
    [InlineData("B", "abc", false)]
    [InlineData("(?i)B", "abc", true)]
    [InlineData("^a.c$", "a\nc", false)]
    [InlineData("(?s)^a.c$", "a\nc", true)]
    [InlineData("c$", "abc\n", false)]
    [InlineData("(?m)b$", "ab\nc", true)]
    [InlineData("(?m:b$)c$", "ab\nc", false)]
    [InlineData("[$]", "a$", true)]
    [InlineData("\\$$", "a$", true)]
    [InlineData("(?P<x>a)(?P=x)", "baa", true)]
    [InlineData("(?<x>a)b", "ab", true)]
    [InlineData("(a)\\1", "aa", true)]
    [InlineData("a(?=b)", "ab", true)]
    [InlineData("(?<!x)a", "xa", false)]
    [InlineData("(?<=x)a", "xa", true)]
    [InlineData("(?>a+)b", "aab", true)]
    [InlineData("a++a", "aaa", false)]
    [InlineData("(?:ab)*+c", "ababc", true)]
    [InlineData("x{1,2}+y", "xxy", true)]
    [InlineData("a+?b", "aab", true)]
    [InlineData("^[[:alpha:]_]+$", "ab_c", true)]
    [InlineData("^[^[:digit:]]+$", "a1", false)]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("\\x{41}", "A", true)]
    [InlineData("\\pL", "\u00e5", true)]
    [InlineData("\\w", "\u00e5", true)]
    [InlineData("(?x) a b # words", "ab", true)]
    [InlineData("\\d+\\.\\d+", "v1.5", true)]
    public void A_pattern_of_the_other_dialect_finds_its_text(string pattern, string subject, bool expected) => AssertFound(pattern, subject, expected);

    [Theory]
    [InlineData("(")]
    [InlineData("[a")]
    [InlineData("[a&&b]")]
    [InlineData("[a--b]")]
    [InlineData("[a[b]]")]
    [InlineData("[[:nope:]]")]
    [InlineData("a\\")]
    [InlineData("\\h")]
    [InlineData("a\\Kb")]
    [InlineData("*")]
    [InlineData("\\p{Nope}")]
    public void A_pattern_that_cannot_be_compiled_matches_nothing_and_not_nothing(string pattern)
    {
        Assert.False(OperatorTests.Compare("regex", JsonSerializer.Serialize(pattern), "\"ab\""));
        Assert.False(OperatorTests.Compare("not_regex", JsonSerializer.Serialize(pattern), "\"ab\""));
    }

    [Fact]
    public void A_pattern_searches_the_text_of_any_value()
    {
        Assert.True(OperatorTests.Compare("regex", "\"^1\\\\.0$\"", "1.0"));
        Assert.True(OperatorTests.Compare("regex", "\"^\\\\{\\\"a\\\":1\\\\}$\"", "{ \"a\": 1 }"));
        Assert.True(OperatorTests.Compare("regex", "5", "15"));
    }

    [Fact]
    public void What_is_too_long_is_not_searched()
    {
        var subject = JsonSerializer.Serialize(new string('a', 70_000));
        var pattern = JsonSerializer.Serialize(new string('a', 5_000));

        Assert.False(OperatorTests.Compare("regex", "\"a\"", subject));
        Assert.False(OperatorTests.Compare("not_regex", "\"b\"", subject));
        Assert.False(OperatorTests.Compare("not_regex", pattern, "\"b\""));
    }

    [Fact]
    public void A_pattern_that_runs_away_is_stopped_and_misses_either_way()
    {
        var subject = JsonSerializer.Serialize(new string('a', 60) + "!");

        Assert.False(OperatorTests.Compare("regex", "\"^(?=(a+)+$)\"", subject));
        Assert.False(OperatorTests.Compare("not_regex", "\"^(?=(a+)+$)\"", subject));
    }

    private static void AssertFound(string pattern, string subject, bool expected)
    {
        var operand = JsonSerializer.Serialize(pattern);
        var property = JsonSerializer.Serialize(subject);

        Assert.Equal(expected, OperatorTests.Compare("regex", operand, property));
        Assert.Equal(!expected, OperatorTests.Compare("not_regex", operand, property));
    }
}
