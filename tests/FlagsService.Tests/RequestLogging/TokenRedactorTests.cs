using System.Text;
using FlagsService.RequestLogging;
using Serilog.Events;
using Serilog.Parsing;
using Xunit;

namespace FlagsService.Tests.RequestLogging;

public sealed class TokenRedactorTests
{
    [Theory]
    [InlineData("phs_abc", "phs_<redacted>")]
    [InlineData("phx_abc-DEF_1 next", "phx_<redacted> next")]
    [InlineData("pha_oauth, phr_refresh.", "pha_<redacted>, phr_<redacted>.")]
    [InlineData("phs_", "phs_<redacted>")]
    [InlineData("xphs_glued/phs_two", "xphs_<redacted>/phs_<redacted>")]
    [InlineData("phc_public stays, alpha_flag too", "phc_public stays, alpha_flag too")]
    [InlineData("phs_<redacted> and phs_<redacted>", "phs_<redacted> and phs_<redacted>")]
    [InlineData("PHS_ABC PhX_1", "phs_<redacted> phx_<redacted>")]
    [InlineData("Authorization: Bearer phx_abc123", "Authorization: Bearer phx_<redacted>")]
    [InlineData("ph", "ph")]
    [InlineData("", "")]
    public void Plain_text_loses_its_secrets(string text, string expected) => AssertRedacted(text, expected);

    [Theory]
    [InlineData(@"{""token"":""\u0070hs_abc""}", @"{""token"":""phs_<redacted>""}")]
    [InlineData(@"{""token"":""\u0070\u0068\u0073\u005F\u0061bc\u002ddef"",""a"":1}", @"{""token"":""phs_<redacted>"",""a"":1}")]
    [InlineData(@"{""a"":{""b"":[{""phs_key"":""phs\u005fabc""}]}}", @"{""a"":{""b"":[{""phs_<redacted>"":""phs_<redacted>""}]}}")]
    [InlineData(@"""{\""t\"":\""\\u0070hs_abc\""}""", @"""{\""t\"":\""phs_<redacted>\""}""")]
    [InlineData(@"""phs_abc\u0022 rest""", @"""phs_<redacted>\u0022 rest""")]
    [InlineData(@"""phs_abc\nphx_def""", @"""phs_<redacted>\nphx_<redacted>""")]
    [InlineData(@"""\npha_abc""", @"""\npha_<redacted>""")]
    [InlineData(@"broken {""\u0070hs_abc", @"broken {""phs_<redacted>")]
    [InlineData(@"broken ""phs_abc\u00", @"broken ""phs_<redacted>\u00")]
    public void Json_escapes_hide_nothing(string text, string expected) => AssertRedacted(text, expected);

    [Theory]
    [InlineData("?token=phs%5Fabc&v=2", "?token=phs_<redacted>&v=2")]
    [InlineData("?token=%70%68%73%5fabc%2Ddef%20x", "?token=phs_<redacted>%20x")]
    [InlineData("?next=%252Fflags%253Ftoken%253Dphs%255Fabc%2526v%253D2", "?next=%252Fflags%253Ftoken%253Dphs_<redacted>%2526v%253D2")]
    [InlineData("data=%7B%22token%22%3A%22phs_abc%22%7D", "data=%7B%22token%22%3A%22phs_<redacted>%22%7D")]
    [InlineData("t%3Dpha_abc", "t%3Dpha_<redacted>")]
    [InlineData("/array/phs_abc/config", "/array/phs_<redacted>/config")]
    [InlineData("100%phs_abc%", "100%phs_<redacted>%")]
    [InlineData("%2", "%2")]
    public void Percent_encoding_hides_nothing(string text, string expected) => AssertRedacted(text, expected);

    [Theory]
    [InlineData("Bearer eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0.s-g_n end", "Bearer eyJ<redacted> end")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0", "eyJ<redacted>")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9 alone", "eyJhbGciOiJIUzI1NiJ9 alone")]
    [InlineData("eyJhbGci. Next", "eyJhbGci. Next")]
    [InlineData("eyJaphs_abc", "eyJaphs_<redacted>")]
    public void Signed_web_tokens_go_too(string text, string expected) => AssertRedacted(text, expected);

    [Fact]
    public void Text_without_secrets_is_not_copied()
    {
        const string Text = "nothing of the kind, phc_public";
        Assert.Same(Text, TokenRedactor.Redact(Text));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(44)]
    [InlineData(60)]
    public void A_cut_through_a_token_leaves_none_of_it(int bytes)
    {
        var text = "{\"padding\":\"0123456789\",\"token\":\"" + "phs_" + new string('S', 40) + "\"}";
        TokenRedactor.Truncate(TokenRedactor.Redact(text), bytes, out var kept);
        Assert.DoesNotContain("S", kept, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aäb", 2, "a", true)]
    [InlineData("aäb", 3, "aä", true)]
    [InlineData("aäb", 4, "aäb", false)]
    [InlineData("a😀", 4, "a", true)]
    [InlineData("a😀", 5, "a😀", false)]
    public void A_cut_falls_between_characters(string text, int bytes, string expected, bool isCut)
    {
        Assert.Equal(isCut, TokenRedactor.Truncate(text, bytes, out var kept));
        Assert.Equal(expected, kept);
    }

    [Fact]
    public void Megabytes_made_to_be_slow_are_not()
    {
        string[] nasty =
        [
            new('\\', 2_000_000), string.Concat(Enumerable.Repeat("eyJ", 700_000)), "%" + string.Concat(Enumerable.Repeat("25", 1_000_000)), new('p', 2_000_000),
            string.Concat(Enumerable.Repeat("eyJ.", 500_000)), string.Concat(Enumerable.Repeat("phs", 700_000)),
        ];

        // Looking again from every place would take hours.
        Assert.All(nasty, static text => Assert.NotEmpty(TokenRedactor.Redact(text)));
    }

    [Fact]
    public void The_quick_look_passes_over_no_text_in_which_something_is_found()
    {
        string[] pieces = ["p", "H", "phs_", "PHX_", "ph", "pha_", "eyJ", "eyJhbGci.eyJz.c2ln", "%70", "\\u0068", "_", "s", "a", " ", "é", "\"", "x", "."];
        var random = new Random(11);
        var found = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(9)).Select(_ => pieces[random.Next(pieces.Length)]));
            var isFound = new SecretScanner(text).MoveNext();
            found += isFound ? 1 : 0;
            Assert.True(SecretScanner.MayFind(text) || !isFound, text);
        }

        Assert.InRange(found, 1000, 19_000);
    }

    [Fact]
    public void A_log_line_has_no_secret_in_message_property_name_or_exception()
    {
        var inner = new InvalidOperationException("inner phs_secretInner");
        var template = new MessageTemplateParser().Parse("asked {Url} by {@Caller}");
        var caller = new StructureValue([new("phx_secretName", new SequenceValue([new ScalarValue("phs_secretValue"), new ScalarValue(1.5), new ScalarValue(null), new ScalarValue(true)]))]);
        var line = Format(new LogEvent(
            DateTimeOffset.UnixEpoch, LogEventLevel.Error, new IOException("outer ?token=phs%5FsecretOuter", inner), template, [new("Url", new ScalarValue("/flags?t=phs_secretUrl")), new("Caller", caller)]));

        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
        var json = System.Text.Json.JsonElement.Parse(line);
        Assert.Equal("/flags?t=phs_<redacted>", json.GetProperty("Url").GetString());
        Assert.Contains("inner phs_<redacted>", json.GetProperty("exception").GetString(), StringComparison.Ordinal);
        Assert.Equal("error", json.GetProperty("level").GetString());
        Assert.Equal(4, json.GetProperty("Caller").GetProperty("phx_<redacted>").GetArrayLength());
    }

    [Fact]
    public void A_secret_that_comes_in_pieces_is_put_together_before_it_is_looked_for()
    {
        var template = new MessageTemplate([new TextToken("token ph"), new PropertyToken("Middle", "{Middle}"), new TextToken("_secret")]);
        var line = Format(new LogEvent(DateTimeOffset.UnixEpoch, LogEventLevel.Information, null, template, [new("Middle", new ScalarValue('s'))]));
        Assert.Contains("token phs_<redacted>\"", line, StringComparison.Ordinal);
    }

    private static string Format(LogEvent logEvent)
    {
        using var output = new StringWriter();
        new JsonLines().Format(logEvent, output);
        return output.ToString();
    }

    private static void AssertRedacted(string text, string expected)
    {
        Assert.Equal(expected, TokenRedactor.Redact(text));
        Assert.Equal(expected, TokenRedactor.Redact(expected));
        var written = new StringBuilder();
        TokenRedactor.Write(text, new StringWriter(written));
        Assert.Equal(expected, written.ToString());
    }
}
