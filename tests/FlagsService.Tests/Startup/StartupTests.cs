using System.Net;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using Xunit;

namespace FlagsService.Tests.Startup;

public sealed class StartupTests
{
    [Fact]
    public async Task The_first_start_prints_tokens_and_a_line_to_try_and_the_second_keeps_them_to_itself()
    {
        var folder = Directory.CreateTempSubdirectory("flagsservice-");
        var path = Path.Combine(folder.FullName, "data", "flags.db");
        string publicToken;
        await using (var first = await FlagsServer.StartAsync(storagePath: path))
        {
            publicToken = first.Tokens.Public;
            Assert.Contains(publicToken, first.Printed, StringComparison.Ordinal);
            Assert.Contains(first.Tokens.Secret!, first.Printed, StringComparison.Ordinal);
            Assert.Contains($"curl -s '{first.Address.ToString().TrimEnd('/')}/flags/?v=2'", first.Printed, StringComparison.Ordinal);
        }

        await using (var second = await FlagsServer.StartAsync(storagePath: path))
        {
            Assert.Empty(second.Printed);
            Assert.Equal(publicToken, second.Tokens.Public);
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_server_without_its_database_answers_503_and_recovers_by_itself()
    {
        await using var postgres = await PostgresServer.StartNewAsync();
        var connection = await postgres.CreateDatabaseAsync();
        postgres.Kill();
        await using var server = await FlagsServer.StartAsync(postgres: connection, waitUntilReady: false);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/_liveness")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.GetAsync("/_readiness")).StatusCode);
        var refused = await server.PostAsync("/flags/?v=2", new { token = "phc_x", distinct_id = "u" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("server_error", (await refused.ReadJsonAsync()).GetProperty("type").GetString());

        await postgres.StartAsync();
        for (var attempt = 0; (await server.GetAsync("/_readiness")).StatusCode != HttpStatusCode.OK; attempt++)
        {
            Assert.True(attempt < 200, "never ready");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        Assert.Equal("ready", await (await server.GetAsync("/_readiness")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Unknown_routes_get_the_envelope_and_metrics_are_text()
    {
        await using var server = await FlagsServer.StartAsync();
        var missing = await server.GetAsync("/batch/");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Equal("""{"type":"invalid_request","code":"not_found","detail":"Not found.","attr":null}""", await missing.Content.ReadAsStringAsync());
        await server.PostAsync("/flags/?v=2", new { token = server.Tokens.Public, distinct_id = "u" });
        Assert.Contains("flags_requests_total{status=\"200\"}", await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
    }
}
