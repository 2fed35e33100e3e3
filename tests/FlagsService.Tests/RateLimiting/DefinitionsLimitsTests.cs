using Dapper;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Leaks;
using FlagsService.TestKit.Servers;
using FlagsService.TestKit.Time;
using Microsoft.Data.Sqlite;
using Xunit;

namespace FlagsService.Tests.RateLimiting;

public sealed class DefinitionsLimitsTests
{
    private const string Section = "--FlagsService:RateLimiting:Definitions:";
    private static readonly string[] Small = [Section + "FullPerMinute", "2", Section + "ConditionalPerMinute", "3"];
    private readonly FakeTime time = new();

    [Fact]
    public async Task Asking_for_changes_and_getting_the_document_have_budgets_of_their_own()
    {
        await using var server = await FlagsServer.StartAsync(time: time, settings: Small);
        Assert.Equal([200, 200, 429], await GetManyAsync(server, null, null, null));
        Assert.Equal([304, 304, 304, 429], await GetManyAsync(server, "*", "*", "*", "*"));

        var refused = await server.GetAsync("/flags/definitions", server.Tokens.Secret);
        Assert.Equal("""{"type":"validation_error","code":"rate_limit_exceeded","detail":"Rate limit exceeded","attr":null}""", await refused.Content.ReadAsStringAsync());
        Assert.Equal(TimeSpan.FromSeconds(30), refused.Headers.RetryAfter!.Delta);
        Assert.Null(refused.Headers.ETag);
        Assert.Empty(refused.Headers.WwwAuthenticate);
        Assert.False(refused.Headers.Contains("X-PostHog-Rate-Limit-Warning"));

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([200, 429], await GetManyAsync(server, null, null));
    }

    [Fact]
    public async Task A_tag_that_is_out_of_date_takes_from_both_budgets()
    {
        await using var server = await FlagsServer.StartAsync(time: time, settings: Small);
        Assert.Equal([200, 200, 429], await GetManyAsync(server, "\"old\"", "\"old\"", "\"old\""));
        Assert.Equal([429, 429], await GetManyAsync(server, "*", null));
    }

    [Fact]
    public async Task Every_path_and_credential_of_a_team_shares_its_budget_and_strangers_take_nothing()
    {
        await using var server = await FlagsServer.StartAsync(time: time, settings: Small);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(401, (int)(await server.GetAsync($"/flags/definitions?token={server.Tokens.Public}", "phs_nobody")).StatusCode);
        }

        Assert.Equal(200, (int)(await server.GetAsync($"/api/feature_flag/local_evaluation?token={server.Tokens.Public}", server.Tokens.Secret)).StatusCode);
        Assert.Equal([200, 429], await GetManyAsync(server, "", null));
    }

    [Fact]
    public async Task One_team_that_used_its_budgets_up_takes_nothing_from_another()
    {
        await using var server = await FlagsServer.StartAsync(time: time, settings: Small);
        var theirs = LeakWatch.MadeUp("_theirs");
        await using (var connection = new SqliteConnection($"Data Source={server.StoragePath}"))
        {
            await connection.ExecuteAsync("insert into posthog_team (id, api_token, secret_api_token) values (2, 'phc_theirs', @theirs)", new { theirs });
        }

        Assert.Equal([200, 200, 429], await GetManyAsync(server, null, null, null));
        Assert.Equal(200, (int)(await server.GetAsync("/flags/definitions", theirs)).StatusCode);
        Assert.Equal(200, (int)(await server.GetAsync("/flags/definitions?token=phc_theirs", theirs)).StatusCode);
        Assert.Equal(429, (int)(await server.GetAsync("/flags/definitions", theirs)).StatusCode);
        Assert.Equal(401, (int)(await server.GetAsync($"/flags/definitions?token={server.Tokens.Public}", theirs)).StatusCode);
    }

    [Theory]
    [InlineData("""{"1":"3/minute"}""", "", new[] { 200, 200, 200, 429 })]
    [InlineData("""{"1":"often","2":"1/minute"}""", "", new[] { 200, 200, 429, 429 })]
    [InlineData("", "7, 1 ,x", new[] { 200, 200, 200, 200 })]
    [InlineData("", "7", new[] { 200, 200, 429, 429 })]
    public async Task A_team_may_have_a_budget_of_its_own_or_none(string overrides, string allowed, int[] expected)
    {
        await using var server = await FlagsServer.StartAsync(time: time, settings: [.. Small, Section + "Overrides", overrides, Section + "AllowListTeams", allowed]);
        Assert.Equal(expected, await GetManyAsync(server, null, null, null, null));
    }

    [Fact]
    public async Task A_list_in_the_database_wins_and_is_read_again_after_a_minute()
    {
        var postgres = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var server = await FlagsServer.StartAsync(postgres, time: time, settings: [.. Small, Section + "AllowListTeams", "1"]);
        const string key = "constance:posthog:RATE_LIMITING_ALLOW_LIST_TEAMS";
        await PostgresServer.ExecuteAsync(postgres, $"insert into posthog_instancesetting (key, raw_value) values ('{key}', 'null')");
        await UntilAsync(server, 429);
        await PostgresServer.ExecuteAsync(postgres, $"update posthog_instancesetting set raw_value = '\"5,{server.Tokens.TeamId}\"' where key = '{key}'");
        Assert.Equal(429, await GetAsync(server));
        time.Advance(TimeSpan.FromSeconds(61));
        await UntilAsync(server, 200, 200, 200, 200);
    }

    // The list is read beside the requests.
    private static async Task UntilAsync(FlagsServer server, params int[] statuses)
    {
        for (var attempt = 0; !(await GetManyAsync(server, new string?[statuses.Length])).SequenceEqual(statuses); attempt++)
        {
            Assert.True(attempt < 200, $"never {statuses[0]}");
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }
    }

    private static async Task<List<int>> GetManyAsync(FlagsServer server, params IReadOnlyList<string?> validators)
    {
        var statuses = new List<int>();
        foreach (var validator in validators)
        {
            statuses.Add(await GetAsync(server, validator));
        }

        return statuses;
    }

    private static async Task<int> GetAsync(FlagsServer server, string? ifNoneMatch = null) => (int)(await server.GetAsync("/flags/definitions", server.Tokens.Secret, ifNoneMatch)).StatusCode;
}
