using System.Net;
using System.Text.Json;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using Xunit;

namespace FlagsService.Tests.RequestLogging;

public sealed class CanonicalLineTests(EmbeddedServer embedded) : IClassFixture<EmbeddedServer>
{
    [Fact]
    public async Task An_answer_with_flags_is_summed_up_in_one_line()
    {
        var id = Guid.NewGuid();
        using var request = Post(id, $$"""{"token":"{{embedded.Secret}}","distinct_id":"phs_asIdentifier","$device_id":"dev","person_properties":{"$lib":"web","$lib_version":"1.2","plan":"pro"} }""");
        request.Headers.TryAddWithoutValidation("User-Agent", "posthog-node/5.1.0 (linux) phx_inTheAgent");
        Assert.Equal(HttpStatusCode.OK, (await embedded.Server.Client.SendAsync(request)).StatusCode);

        var line = await LineAsync(id);
        Assert.Equal(("POST", "/flags", 200), (Text(line, "method"), Text(line, "route"), line.GetProperty("http_status").GetInt32()));
        Assert.Equal(embedded.Server.Tokens.TeamId, line.GetProperty("team_id").GetInt32());
        Assert.Equal(("phs_<redacted>", "dev", "web", "1.2"), (Text(line, "distinct_id"), Text(line, "device_id"), Text(line, "lib"), Text(line, "lib_version")));
        Assert.Equal("posthog-node/5.1.0 (linux) phx_<redacted>", Text(line, "user_agent"));
        Assert.Equal((2, "127.0.0.1"), (line.GetProperty("api_version").GetInt32(), Text(line, "ip")));
        Assert.InRange(line.GetProperty("flags_evaluated").GetInt32(), 1, 10);
        Assert.InRange(line.GetProperty("duration_ms").GetDouble(), 0.001, 30_000);
        Assert.Equal(("sequential", "skipped"), (Text(line, "evaluation_type"), Text(line, "hash_key_override_status")));
        Assert.False(line.GetProperty("flags_disabled").GetBoolean());
        Assert.False(line.TryGetProperty("error_code", out _));
        Assert.Single(embedded.Server.Log.Lines, text => text.Contains(id.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Definitions_that_were_in_memory_are_said_to_have_been()
    {
        await using var server = await FlagsServer.StartAsync();
        var lines = new List<JsonElement>();
        for (var i = 0; i < 2; i++)
        {
            var id = Guid.NewGuid();
            using var request = Post(id, $$"""{"token":"{{server.Tokens.Public}}","distinct_id":"u"}""");
            await server.Client.SendAsync(request);
            lines.Add(await server.Log.WaitForAsync("canonical_log_line", entry => Text(entry, "request_id") == id.ToString()));
        }

        Assert.Equal([null, "memory"], lines.Select(line => Text(line, "flags_cache_source")));
    }

    [Fact]
    public async Task A_refusal_says_which_one_and_names_no_token()
    {
        var id = Guid.NewGuid();
        using var request = Post(id, """{"token":"phs_nobodyHasThis","distinct_id":"u"}""");
        await embedded.Server.Client.SendAsync(request);

        var line = await LineAsync(id);
        Assert.Equal((401, "secret_api_token_invalid"), (line.GetProperty("http_status").GetInt32(), Text(line, "error_code")));
        Assert.False(line.TryGetProperty("team_id", out _));
        Assert.DoesNotContain("nobodyHasThis", line.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disabled_flags_stand_in_for_the_identifier()
    {
        var id = Guid.NewGuid();
        using var request = Post(id, $$"""{"token":"{{embedded.Token}}","disable_flags":true,"distinct_id":"u"}""");
        await embedded.Server.Client.SendAsync(request);
        var line = await LineAsync(id);
        Assert.Equal("disabled", Text(line, "distinct_id"));
        Assert.True(line.GetProperty("flags_disabled").GetBoolean());
    }

    [Fact]
    public async Task Trouble_of_our_own_is_a_503_with_its_code()
    {
        await using var postgres = await PostgresServer.StartNewAsync();
        var connection = await postgres.CreateDatabaseAsync();
        postgres.Kill();
        await using var server = await FlagsServer.StartAsync(postgres: connection, waitUntilReady: false);
        var id = Guid.NewGuid();
        using var request = Post(id, """{"token":"phc_x","distinct_id":"u"}""");
        await server.Client.SendAsync(request);
        var line = await server.Log.WaitForAsync("canonical_log_line", entry => Text(entry, "request_id") == id.ToString());
        Assert.Equal((503, "database_unavailable"), (line.GetProperty("http_status").GetInt32(), Text(line, "error_code")));
    }

    [Fact]
    public async Task Definitions_have_a_line_and_probes_have_none()
    {
        await embedded.Server.GetAsync("/_liveness");
        await embedded.Server.GetAsync("/metrics");
        await embedded.Server.GetAsync($"/flags/definitions?token={embedded.Secret}", embedded.Secret);
        var line = await embedded.Server.Log.WaitForAsync("canonical_log_line", entry => Text(entry, "route") == "/flags/definitions");
        Assert.Equal((200, 1), (line.GetProperty("http_status").GetInt32(), line.GetProperty("team_id").GetInt32()));
        Assert.DoesNotContain(embedded.Server.Log.Lines, text => text.Contains("_liveness", StringComparison.Ordinal) || text.Contains("/metrics", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_line_can_be_switched_off_by_level()
    {
        await using var server = await FlagsServer.StartAsync(settings: ["--FlagsService:Logging:RequestLevel", "Warning"]);
        await server.PostAsync("/flags/?v=2", new { token = server.Tokens.Public, distinct_id = "u" });
        await server.DisposeAsync();
        Assert.DoesNotContain(server.Log.Lines, text => text.Contains("canonical_log_line", StringComparison.Ordinal));
        Assert.NotEmpty(server.Log.Lines);
    }

    private static HttpRequestMessage Post(Guid id, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/flags/?v=2") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("X-REQUEST-ID", id.ToString());
        return request;
    }

    private Task<JsonElement> LineAsync(Guid id) => embedded.Server.Log.WaitForAsync("canonical_log_line", entry => Text(entry, "request_id") == id.ToString());

    private static string? Text(JsonElement line, string name) => line.TryGetProperty(name, out var value) ? value.GetString() : null;
}
