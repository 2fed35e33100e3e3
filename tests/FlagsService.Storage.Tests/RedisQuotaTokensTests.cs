using FlagsService.HyperCache.Quotas;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Leaks;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Storage.Tests;

public sealed class RedisQuotaTokensTests : IAsyncLifetime
{
    private const string Public = "phc_public";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1000);
    private static readonly string Primary = LeakWatch.MadeUp("Primary");
    private static readonly string Backup = LeakWatch.MadeUp("Backup");
    private static readonly string Gone = LeakWatch.MadeUp("Gone");
    private RedisServer redis = null!;
    private ServiceProvider services = null!;

    private IQuotaTokens Quotas => services.GetRequiredService<IQuotaTokens>();

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartNewAsync();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Redis", redis.ConnectionString), new("FlagsService:Storage:Path", Path.Combine(Path.GetTempPath(), "unused.db"))]).Build();
        services = new ServiceCollection().AddStorage(configuration).AddLimitStores(configuration).BuildServiceProvider();

        await MoveAsync(new([], [], []));
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Fact]
    public async Task Each_set_gives_its_own_score_to_every_present_token_and_loses_the_retired_one()
    {
        string[] resources = ["events", "exceptions", "recordings", "rows_synced", "feature_flag_requests", "api_queries_read_bytes", "survey_responses", "llm_events", "cdp_trigger_events", "rows_exported", "ai_credits", "workflow_emails", "workflow_destinations_dispatched", "logs_mb_ingested"];
        string[] sets = [.. resources.Select(resource => "limits/" + resource), .. resources.Select(resource => "limiting-suspended/" + resource)];
        foreach (var (index, set) in sets.Index())
        {
            await redis.SendAsync($"ZADD @posthog/quota-{set} {2000 + index} {Public} {2000 + index} {Gone} {2000 + index} {Backup} 5000 phc_another");
        }

        await MoveAsync(new([Public, Primary, Backup], [Gone], []));
        foreach (var (index, set) in sets.Index())
        {
            Assert.All([Public, Primary, Backup], token => Assert.Equal($"{2000 + index}", ScoreAsync(set, token).Result));
            Assert.Equal("", await ScoreAsync(set, Gone));
            Assert.Equal("5000", await ScoreAsync(set, "phc_another"));
        }

        Assert.Contains("cmdstat_multi:calls=1,", await redis.SendAsync("INFO commandstats"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_is_copied_from_a_retired_token_the_highest_of_several_and_one_that_is_over_never()
    {
        await redis.SendAsync($"ZADD @posthog/quota-limits/events 3000 {Gone}");
        await redis.SendAsync($"ZADD @posthog/quota-limits/exceptions 1000 {Public} 2000 {Backup}");
        await redis.SendAsync($"ZADD @posthog/quota-limits/llm_events 999 {Public} 999 {Gone}");
        await redis.SendAsync($"ZADD @posthog/quota-limits/recordings +inf {Public}");
        await MoveAsync(new([Public, Primary, Backup], [Gone], []));
        Assert.All([Public, Primary, Backup], token => Assert.Equal("3000", ScoreAsync("limits/events", token).Result));
        Assert.All([Public, Primary, Backup], token => Assert.Equal("2000", ScoreAsync("limits/exceptions", token).Result));
        Assert.All([Public, Primary, Backup], token => Assert.Equal("inf", ScoreAsync("limits/recordings", token).Result));
        Assert.Equal(("999", "", ""), (await ScoreAsync("limits/llm_events", Public), await ScoreAsync("limits/llm_events", Primary), await ScoreAsync("limits/llm_events", Gone)));
    }

    [Fact]
    public async Task A_retired_secret_is_recognised_by_its_digest_and_a_present_one_is_kept()
    {
        for (var first = 0; first < 6000; first += 1000)
        {
            await redis.SendAsync($"ZADD @posthog/quota-limits/events {string.Join(' ', Enumerable.Range(first, 1000).Select(number => $"{1500 + number} phc_{number}"))}");
        }

        await redis.SendAsync($"ZADD @posthog/quota-limits/events 9000 {Public} 9000 {Primary} 9000 {Gone}");
        var digests = new[] { Public, Primary, Gone }.Select(token => TokenDigest.Of(token).Text).ToArray();
        await MoveAsync(new([Public, Primary, Backup], [], digests));
        Assert.All([Public, Primary, Backup], token => Assert.Equal("9000", ScoreAsync("limits/events", token).Result));
        Assert.Equal("", await ScoreAsync("limits/events", Gone));
        Assert.Contains(":6003", await redis.SendAsync("ZCARD @posthog/quota-limits/events"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_that_is_gone_leaves_no_token_behind()
    {
        await redis.SendAsync($"ZADD @posthog/quota-limits/events 9000 {Public} 9000 {Primary} 9000 phc_another");
        await MoveAsync(new([], [Public], [TokenDigest.Of(Primary).Text]));
        Assert.Contains(":1", await redis.SendAsync("ZCARD @posthog/quota-limits/events"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_limited_is_nothing_to_write()
    {
        await MoveAsync(new([Public, Primary, Backup], [Gone], [TokenDigest.Of("phc_before").Text]));
        Assert.DoesNotContain("cmdstat_multi", await redis.SendAsync("INFO commandstats"), StringComparison.Ordinal);
        Assert.Contains(":0", await redis.SendAsync("EXISTS @posthog/quota-limits/events"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_being_down_asks_for_another_attempt()
    {
        redis.Kill();
        Assert.False(await Quotas.MoveAsync(new([Public], [], []), Now, default));
    }

    // The first call pays for the connection, and on a machine under load others too may take longer than a call has.
    private async Task MoveAsync(QuotaTokenMove move)
    {
        for (var attempt = 0; !await Quotas.MoveAsync(move, Now, default); attempt++)
        {
            Assert.True(attempt < 100, "Redis was never reached");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private async Task<string> ScoreAsync(string set, string token)
    {
        var reply = await redis.SendAsync($"ZSCORE @posthog/quota-{set} {token}");
        return reply.StartsWith("$-1", StringComparison.Ordinal) ? "" : reply.Split("\r\n")[1];
    }
}
