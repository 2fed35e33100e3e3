using System.Net;
using System.Net.Http.Headers;
using Dapper;
using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Faults;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Leaks;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Management;

/// <summary>A project over a quota stays so under every token that it gets.</summary>
public sealed class QuotaTokenTests : IAsyncLifetime
{
    private const string Requests = "@posthog/quota-limits/feature_flag_requests";
    private const string Suspended = "@posthog/quota-limiting-suspended/events";
    private const string Until = "4000000000";
    private RedisServer redis = null!;
    private FaultyProxy proxy = null!;
    private FlagsServer server = null!;
    private string key = "";

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartNewAsync();
        proxy = new FaultyProxy(redis.Port);
        server = await FlagsServer.StartAsync(
            await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(),
            settings: ["--ConnectionStrings:Redis", proxy.Address, "--FlagsService:Quotas:RefreshIntervalSeconds", "0.1"]);
        key = (await server.Services.GetRequiredService<IKeyAdministration>().CreatePersonalAsync(1, "", ["*"], default)).Secret;

        // The first call pays for the connection, which may take longer than a call has.
        var tier = server.Services.GetRequiredService<IAuthRecordTier>();
        await UntilAsync(async () => (await tier.GetAsync(TokenDigest.Of("any"), default)).Status != HyperCache.StoreStatus.Unavailable);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await proxy.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Fact]
    public async Task What_a_change_answers_is_already_limited_and_what_died_is_taken_out()
    {
        var start = server.Tokens;
        await LimitAsync(start.Public, start.Secret!);
        var first = await ChangeAsync("rotate_secret_token");
        await AssertLimitedAsync(first.Public, first.Secret!, first.Backup!);
        var second = await ChangeAsync("rotate_secret_token");
        await AssertLimitedAsync(second.Public, second.Secret!, second.Backup!);
        await AssertFreeAsync(start.Secret!);
        var third = await ChangeAsync("delete_secret_token_backup");
        await AssertLimitedAsync(third.Public, third.Secret!);
        await AssertFreeAsync(second.Backup!);

        await UntilAsync(async () => await IsQuotaLimitedAsync(third.Public));
        var fourth = await ChangeAsync("reset_token");
        await AssertLimitedAsync(fourth.Public, fourth.Secret!);
        await AssertFreeAsync(third.Public);
        await UntilAsync(async () => await IsQuotaLimitedAsync(fourth.Public) && await IsQuotaLimitedAsync(fourth.Secret!));
    }

    [Fact]
    public async Task A_project_that_is_not_limited_stays_so()
    {
        var tokens = await ChangeAsync("rotate_secret_token");
        await ChangeAsync("reset_token");
        await AssertFreeAsync(tokens.Public, tokens.Secret!, tokens.Backup!);
        Assert.StartsWith(":0", await redis.SendAsync("EXISTS " + Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_that_somebody_changes_in_the_database_take_the_limit_over_and_those_of_a_deleted_project_go()
    {
        var secret = LeakWatch.MadeUp("InTheDatabase");
        await LimitAsync(server.Tokens.Public, server.Tokens.Secret!);
        await ExecuteAsync($"update posthog_team set api_token = 'phc_in_the_database', secret_api_token = '{secret}'");
        await UntilAsync(async () => await ScoreAsync(Requests, server.Tokens.Secret!) == "");
        await AssertLimitedAsync("phc_in_the_database", secret);
        await AssertFreeAsync(server.Tokens.Public, server.Tokens.Secret!);
        await ExecuteAsync("delete from posthog_team");
        await UntilAsync(async () => await ScoreAsync(Requests, secret) == "" && await ScoreAsync(Suspended, secret) == "");
        await AssertFreeAsync("phc_in_the_database", secret);
    }

    [Fact]
    public async Task With_redis_down_the_change_stands_and_everything_that_follows_is_made_up_for()
    {
        var dead = server.Tokens.Secret!;
        var record = "posthog:auth_token:" + TokenDigest.Of(dead);
        await LimitAsync(server.Tokens.Public, dead);
        await UntilAsync(async () =>
        {
            // What was shared before the server heard of the first project may be forgotten once more.
            await redis.SendAsync($"SET {record} '{{\"type\":\"secret\",\"team_id\":1}}' EX 120");
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(dead));
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            return (await redis.SendAsync("EXISTS " + record)).StartsWith(":1", StringComparison.Ordinal);
        });

        proxy.Mode = FaultMode.Down;
        await ChangeAsync("rotate_secret_token");
        var tokens = await ChangeAsync("rotate_secret_token");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(dead));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(tokens.Secret!));
        Assert.StartsWith(":1", await redis.SendAsync("EXISTS " + record), StringComparison.Ordinal);
        Assert.Equal("", await ScoreAsync(Requests, tokens.Secret!));
        var metrics = await server.Client.GetStringAsync("/metrics");
        Assert.Contains("quota_token_sync_failures_total ", metrics, StringComparison.Ordinal);
        Assert.Contains("token_invalidation_failures_total{step=\"quotas\"}", metrics, StringComparison.Ordinal);

        proxy.Mode = FaultMode.None;
        await UntilAsync(async () => (await redis.SendAsync("EXISTS " + record)).StartsWith(":0", StringComparison.Ordinal) && await ScoreAsync(Requests, dead) == "" && await ScoreAsync(Suspended, dead) == "");
        await AssertLimitedAsync(tokens.Public, tokens.Secret!, tokens.Backup!);
        await UntilAsync(async () => await StatusAsync(dead) == HttpStatusCode.Unauthorized);
    }

    private async Task<(string Public, string? Secret, string? Backup)> ChangeAsync(string operation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/projects/1/{operation}/");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var project = await response.ReadJsonAsync();
        return (Text("api_token")!, Text("secret_api_token"), Text("secret_api_token_backup"));

        string? Text(string name) => project.GetProperty(name).GetString();
    }

    private async Task LimitAsync(params IEnumerable<string> tokens)
    {
        foreach (var token in tokens)
        {
            await redis.SendAsync($"ZADD {Requests} {Until} {token}");
            await redis.SendAsync($"ZADD {Suspended} {Until} {token}");
        }
    }

    private async Task AssertLimitedAsync(params IEnumerable<string> tokens)
    {
        if (server.Log.Lines.Any(line => line.Contains("Step quotas after a token change", StringComparison.Ordinal)))
        {
            // On a machine under load the calls may have taken longer than they have; the announcement makes up for it.
            await UntilAsync(async () => (await Task.WhenAll(tokens.Select(token => ScoreAsync(Requests, token)))).All(score => score == Until));
        }

        foreach (var token in tokens)
        {
            Assert.Equal((Until, Until), (await ScoreAsync(Requests, token), await ScoreAsync(Suspended, token)));
        }
    }

    private async Task AssertFreeAsync(params IEnumerable<string> tokens)
    {
        if (server.Log.Lines.Any(line => line.Contains("Step quotas after a token change", StringComparison.Ordinal)))
        {
            await UntilAsync(async () => (await Task.WhenAll(tokens.Select(token => ScoreAsync(Requests, token)))).All(score => score.Length == 0));
        }

        foreach (var token in tokens)
        {
            Assert.Equal(("", ""), (await ScoreAsync(Requests, token), await ScoreAsync(Suspended, token)));
        }
    }

    private async Task<string> ScoreAsync(string set, string token)
    {
        var reply = await redis.SendAsync($"ZSCORE {set} {token}");
        return reply.StartsWith("$-1", StringComparison.Ordinal) ? "" : reply.Split("\r\n")[1];
    }

    private async Task<HttpStatusCode> StatusAsync(string token) => (await server.PostAsync("/flags/?v=2", new { token, distinct_id = "u" })).StatusCode;

    private async Task<bool> IsQuotaLimitedAsync(string token) =>
        (await (await server.PostAsync("/flags/?v=2", new { token, distinct_id = "u" })).ReadJsonAsync()).TryGetProperty("quotaLimited", out _);

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = PostgresServer.Connect(server.Postgres!);
        await connection.ExecuteAsync(sql);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var attempt = 0; !await holds(); attempt++)
        {
            Assert.True(attempt < 800, "it never came to be");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
