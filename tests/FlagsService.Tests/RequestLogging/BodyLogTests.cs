using System.IO.Compression;
using System.Text;
using System.Text.Json;
using FlagsService.RequestLogging;
using FlagsService.TestKit.Host;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace FlagsService.Tests.RequestLogging;

public sealed class BodyLogTests(EmbeddedServer embedded) : IClassFixture<EmbeddedServer>, IDisposable
{
    private readonly BodyLog log = embedded.Server.Services.GetRequiredService<BodyLog>();

    public void Dispose() => log.Teams = BodyLogTeams.None;

    [Fact]
    public async Task A_team_that_asked_for_it_sees_its_request_and_the_flags_it_named()
    {
        OptIn("""{"1":["o*","pro-only"]}""");
        var answer = await (await embedded.Server.PostAsync("/flags/?v=2", new { token = embedded.Token, distinct_id = "visible", person_properties = new { key = "phc_abc" } })).ReadJsonAsync();
        var line = await LineAsync("visible");

        Assert.Equal(("information", "feature_flags::flags_body_log", 1), (line.GetProperty("level").GetString(), line.GetProperty("source").GetString(), line.GetProperty("team_id").GetInt32()));
        var request = JsonElement.Parse(line.GetProperty("request_body").GetString()!);
        Assert.Equal(embedded.Token, request.GetProperty("token").GetString());
        Assert.Equal("phc_abc", request.GetProperty("person_properties").GetProperty("key").GetString());
        Assert.False(line.GetProperty("request_truncated").GetBoolean());

        var response = JsonElement.Parse(line.GetProperty("response_flags_body").GetString()!);
        Assert.Equal(["on", "pro-only"], response.GetProperty("flags").EnumerateObject().Select(flag => flag.Name).Order(StringComparer.Ordinal));
        Assert.True(JsonElement.DeepEquals(answer.GetProperty("flags").GetProperty("on"), response.GetProperty("flags").GetProperty("on")));
        Assert.Equal(answer.GetProperty("requestId").GetString(), response.GetProperty("requestId").GetString());
        Assert.Equal(answer.GetProperty("requestId").GetString(), line.GetProperty("request_id").GetString());
        Assert.Equal(answer.GetProperty("flags").EnumerateObject().Count(), line.GetProperty("response_flag_count_total").GetInt32());
        Assert.Equal((2, "o*,pro-only"), (line.GetProperty("response_flag_count_logged").GetInt32(), line.GetProperty("response_filter_patterns").GetString()));
    }

    [Fact]
    public async Task A_team_that_did_not_ask_is_not_logged_nor_is_a_refusal()
    {
        OptIn("""{"2":["*"]}""");
        await embedded.Server.PostAsync("/flags/?v=2", new { token = embedded.Token, distinct_id = "unseen" });
        OptIn("""{"1":["*"]}""");
        await embedded.Server.PostAsync("/flags/?v=2", new { token = "phc_unknown", distinct_id = "unseen" });
        await embedded.Server.PostAsync("/flags/?v=2", new { token = embedded.Token, distinct_id = "unseen", disable_flags = true });
        await embedded.Server.PostAsync("/flags/?v=2", new { token = embedded.Token, distinct_id = "the-last" });
        await LineAsync("the-last");
        Assert.DoesNotContain(embedded.Server.Log.Lines, line => line.Contains("\"logged\"", StringComparison.Ordinal) && line.Contains("unseen", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("plain", """{"token":"SECRET","distinct_id":"ID"}""")]
    [InlineData("escaped", """{"token":"\u0070hs_REST","distinct_id":"ID"}""")]
    [InlineData("nested", """{"token":"SECRET","distinct_id":"ID","person_properties":{"a":[{"b":"say SECRET!"}]}}""")]
    [InlineData("key", """{"token":"SECRET","distinct_id":"ID","person_properties":{"SECRET":1,"\u0070h\u0073_REST":2}}""")]
    [InlineData("comment", """{"token":"SECRET",/* SECRET */"distinct_id":"ID",}""")]
    public async Task No_form_of_a_secret_survives_in_a_logged_body(string id, string body)
    {
        OptIn("1");
        var rest = embedded.Secret[4..];
        var text = body.Replace("SECRET", embedded.Secret, StringComparison.Ordinal).Replace("REST", rest, StringComparison.Ordinal).Replace("ID", id, StringComparison.Ordinal);
        foreach (var content in new[] { new StringContent(text, Encoding.UTF8, "application/json"), Gzip(text), new StringContent(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), Encoding.UTF8, "application/json") })
        {
            Assert.True((await embedded.Server.PostAsync("/flags/?v=2", content)).IsSuccessStatusCode);
        }

        var line = await LineAsync(id);
        Assert.DoesNotContain(rest, line.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("phs_<redacted>", JsonElement.Parse(line.GetProperty("request_body").GetString()!).GetProperty("token").GetString());
        Assert.DoesNotContain(embedded.Server.Log.Lines, text => text.Contains(rest, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_over_64_KiB_is_cut_and_a_token_on_the_edge_leaves_nothing()
    {
        OptIn("1");
        const string Head = """{"distinct_id":"long","person_properties":{"padding":"ää""";
        var padding = new string('x', 65_536 - Encoding.UTF8.GetByteCount(Head) - 24);
        var body = $$"""{{Head}}{{padding}}","a":"phs_{{new string('S', 60)}}","b":"phs_{{new string('T', 60)}}"},"token":"{{embedded.Token}}"}""";
        Assert.True((await embedded.Server.PostAsync("/flags/?v=2", body)).IsSuccessStatusCode);
        var line = await LineAsync("long");
        var logged = line.GetProperty("request_body").GetString()!;
        Assert.True(line.GetProperty("request_truncated").GetBoolean());
        Assert.Equal(Encoding.UTF8.GetByteCount(body), line.GetProperty("request_original_size_bytes").GetInt32());
        Assert.InRange(Encoding.UTF8.GetByteCount(logged), 65_530, 65_536);
        Assert.DoesNotContain("SS", logged, StringComparison.Ordinal);
        Assert.DoesNotContain("TT", logged, StringComparison.Ordinal);
        Assert.Contains("\"a\":\"phs_<redacted>\"", logged, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_is_taken_over_from_the_database_and_a_wrong_one_is_not()
    {
        var refresh = embedded.Server.Services.GetServices<IHostedService>().OfType<BodyLogRefresh>().Single();
        await StoreAsync("""{"1":["*"],"7":["a","b"]}""");
        await refresh.RefreshAsync(default);
        Assert.Equal(2, log.Teams.Count);

        await StoreAsync("""{"1":[]}""");
        await refresh.RefreshAsync(default);
        Assert.Equal(2, log.Teams.Count);
        await embedded.Server.Log.WaitForAsync("The stored list of teams whose bodies are logged is not used: a team needs 1 to 50 patterns");

        await StoreAsync(null);
        await refresh.RefreshAsync(default);
        Assert.Equal(2, log.Teams.Count);

        async Task StoreAsync(string? value)
        {
            await using var connection = new SqliteConnection($"Data Source={embedded.Server.StoragePath}");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = $"delete from posthog_instancesetting where key = '{BodyLogRefresh.Key}'"
                + (value is null ? "" : $"; insert into posthog_instancesetting (key, raw_value) values ('{BodyLogRefresh.Key}', '{value}')");
            await command.ExecuteNonQueryAsync();
        }
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(" ", 0)]
    [InlineData("1, 2", 2)]
    [InlineData("""{"1":["*"]}""", 1)]
    [InlineData("\"{\\\"1\\\":[\\\"*\\\"]}\"", 1)]
    [InlineData("1,x", -1)]
    [InlineData("{", -1)]
    [InlineData("\"[]\"", -1)]
    [InlineData("""{"1":[]}""", -1)]
    [InlineData("""{"1":"*"}""", -1)]
    [InlineData("""{"1":[5]}""", -1)]
    [InlineData("""{"-1":["*"]}""", -1)]
    public void A_list_is_taken_whole_or_not_at_all(string? text, int teams) => Assert.Equal(teams, BodyLogTeams.TryParse(text, out var parsed, out _) ? parsed.Count : -1);

    [Fact]
    public void The_list_has_bounds()
    {
        Assert.True(BodyLogTeams.TryParse(string.Join(',', Enumerable.Range(1, 100)), out _, out _));
        Assert.False(BodyLogTeams.TryParse(string.Join(',', Enumerable.Range(1, 101)), out _, out _));
        Assert.False(BodyLogTeams.TryParse($$"""{"1":["{{new string('ä', 129)}}"]}""", out _, out _));
        Assert.False(BodyLogTeams.TryParse($$"""{"1":[{{string.Join(',', Enumerable.Repeat("\"a\"", 51))}}]}""", out _, out _));
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "any", true)]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*c", "abcd", false)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("abc", "abc", true)]
    [InlineData("abc", "abcd", false)]
    [InlineData("abc**", "abc", true)]
    [InlineData("a.c", "abc", false)]
    [InlineData("", "a", false)]
    public void A_star_stands_for_anything_and_all_else_for_itself(string pattern, string key, bool matches) => Assert.Equal(matches, FlagKeyPattern.Matches(pattern, key));

    [Fact]
    public async Task A_wrong_setting_keeps_the_server_from_starting_and_says_everything_that_is_wrong()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => FlagsServer.StartAsync(settings: ["--FlagsService:Logging:BodyTeams", "x", "--FlagsService:Logging:QueueCapacity", "0"]));
        Assert.Equal("FlagsService:Logging:QueueCapacity is less than 1; FlagsService:Logging:BodyTeams: a team id is no number", error.Message);
    }

    private static ByteArrayContent Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return new ByteArrayContent(packed.ToArray());
    }

    private void OptIn(string teams)
    {
        Assert.True(BodyLogTeams.TryParse(teams, out var parsed, out _));
        log.Teams = parsed;
    }

    private Task<JsonElement> LineAsync(string distinctId) =>
        embedded.Server.Log.WaitForAsync("logged", line => line.GetProperty("request_body").GetString()!.Contains($"\"distinct_id\":\"{distinctId}\"", StringComparison.Ordinal));
}
