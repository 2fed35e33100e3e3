using Xunit;

namespace FlagsService.Evaluation.Tests.Matching;

public sealed class DateOperatorTests
{
    [Theory]
    [InlineData("2026-06-15T12:00:00Z", "\"2026-06-15 14:00:00+02:00\"", true)]
    [InlineData("2026-06-15T12:00:00Z", "\"2026-06-15 12:00:00 UTC\"", true)]
    [InlineData("2026-06-15T12:00:00Z", "\"2026-06-15 14:00:00 +02:00\"", true)]
    [InlineData("2026-06-15T12:00:00Z", "\"Mon, 15 Jun 2026 14:00:00 +0200\"", true)]
    [InlineData("2026-06-15T12:00:00Z", "\"15 Jun 2026 12:00 GMT\"", true)]
    [InlineData("2026-06-15T12:00:00Z", "1781524800", true)]
    [InlineData("2026-06-15T12:00:00Z", "\"1781524800\"", true)]
    [InlineData("2026-06-15T12:00:00.5Z", "1781524800.5", true)]
    [InlineData("2026-06-15T12:00:00.123456789Z", "\"2026-06-15T12:00:00.123456789Z\"", true)]
    [InlineData("2026-06-15T12:00:00.123456789Z", "\"2026-06-15T12:00:00.12345678Z\"", false)]
    [InlineData("1781524800", "\"2026-06-15T12:00:00Z\"", true)]
    [InlineData("1781524800000", "\"2026-06-15T12:00:00Z\"", true)]
    [InlineData("1781524800000000000", "\"2026-06-15T12:00:00Z\"", true)]
    [InlineData("178152480000", "\"2026-06-15T12:00:00Z\"", false)]
    [InlineData("2026-06-15T12:00:00Z", "1781524800000", false)]
    [InlineData("2026-02-30", "\"2026-02-30\"", false)]
    [InlineData("2026-13-01", "\"2026-13-01\"", false)]
    [InlineData("2026-06-15T24:00", "\"2026-06-15T24:00\"", false)]
    [InlineData(" 2026-06-15", "\"2026-06-15\"", false)]
    [InlineData("2026-06-15T12:00:00.Z", "\"2026-06-15T12:00:00Z\"", false)]
    [InlineData("2026-6-15", "\"2026-06-15\"", false)]
    [InlineData("2026-06-15 12:00", "\"2026-06-15T12:00:00Z\"", true)]
    [InlineData("2026-06-15", "\"2026-06-15T00:00\"", true)]
    [InlineData("2026-06-15T12:00:00Z", "true", false)]
    [InlineData("2026-06-15T12:00:00Z", "[1781524800]", false)]
    [InlineData("2026-06-15T12:00:00Z", "\"inf\"", false)]
    [InlineData("2026-06-15T12:00:00Z", "1e300", false)]
    public void Two_texts_are_the_same_instant(string operand, string property, bool expected) =>
        Assert.Equal(expected, OperatorTests.Compare("is_date_exact", $"\"{operand}\"", property));

    [Theory]
    [InlineData("-3d", "2026-06-12T12:00:00Z")]
    [InlineData("3d", "2026-06-12T12:00:00Z")]
    [InlineData("-0003d", "2026-06-12T12:00:00Z")]
    [InlineData("-36h", "2026-06-14T00:00:00Z")]
    [InlineData("2w", "2026-06-01T12:00:00Z")]
    [InlineData("-4m", "2026-02-15T12:00:00Z")]
    [InlineData("-1y", "2025-06-15T12:00:00Z")]
    public void Relative_dates_lie_in_the_past(string operand, string property)
    {
        Assert.True(OperatorTests.Compare("is_date_exact", $"\"{operand}\"", $"\"{property}\""));
        Assert.False(OperatorTests.Compare("is_date_after", $"\"{operand}\"", $"\"{property}\""));
        Assert.False(OperatorTests.Compare("is_date_before", $"\"{operand}\"", $"\"{property}\""));
    }

    [Theory]
    [InlineData("-9999y")]
    [InlineData("-10000d")]
    [InlineData("-1s")]
    [InlineData("+1d")]
    [InlineData("-d")]
    [InlineData("--1d")]
    public void Relative_dates_out_of_reach_match_nothing(string operand)
    {
        Assert.False(OperatorTests.Compare("is_date_after", $"\"{operand}\"", "\"2026-06-15\""));
        Assert.False(OperatorTests.Compare("is_date_before", $"\"{operand}\"", "\"2026-06-15\""));
    }

    [Fact]
    public void Months_are_stepped_one_by_one_with_the_day_clamped()
    {
        var definitions = Team.Definitions(Team.FlagWhere("""{"key":"p","type":"person","operator":"is_date_exact","value":"-2m"}"""));
        var caller = new Caller { Properties = """{"p":"2026-01-28T08:30:00Z"}""", Now = new DateTimeOffset(2026, 3, 31, 8, 30, 0, TimeSpan.Zero) };

        Assert.True(new Team(definitions).Ask(caller)[0].Enabled);
    }

    [Theory]
    [InlineData("Europe/Oslo", "2026-06-15T12:00", "2026-06-15T10:00:00Z")]
    [InlineData("No/Such_Place", "2026-06-15T12:00", "2026-06-15T12:00:00Z")]
    [InlineData("Europe/Oslo", "2026-10-25T02:30", "2026-10-25T00:30:00Z")]
    public void Dates_without_offset_follow_the_clock_of_the_team(string zone, string operand, string property)
    {
        var definitions = Team.Definitions(Team.FlagWhere($$"""{"key":"p","type":"person","operator":"is_date_exact","value":"{{operand}}"}""")) with { TimeZone = zone };

        Assert.True(new Team(definitions).IsOn($$"""{"p":"{{property}}"}"""));
    }

    [Fact]
    public void A_filter_value_that_is_no_text_is_no_date() => Assert.False(OperatorTests.Compare("is_date_exact", "1781524800", "1781524800"));
}
