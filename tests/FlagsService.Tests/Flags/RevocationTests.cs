using System.Net;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using FlagsService.TestKit.Time;
using Xunit;

namespace FlagsService.Tests.Flags;

/// <summary>How long a secret outlives its revocation when nobody hears of it.</summary>
public sealed class RevocationTests
{
    private const string Lose = "alter table posthog_team disable trigger user; update posthog_team set secret_api_token = 'phs_another', secret_api_token_backup = null";

    [Fact]
    public async Task A_revoked_secret_whose_announcement_is_lost_is_dead_after_130_seconds()
    {
        await using var redis = await RedisServer.StartNewAsync();
        var time = new FakeTime();
        var postgres = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var server = await FlagsServer.StartAsync(postgres, time: time, settings: ["--ConnectionStrings:Redis", redis.ConnectionString]);
        await server.UntilListeningAsync();
        var secret = server.Tokens.Secret!;
        var record = "posthog:auth_token:" + TokenDigest.Of(secret).Text;

        // The deletion that is made again five seconds after the first project was created is over after this.
        time.Advance(TimeSpan.FromSeconds(6));
        await FlagsAsync(server, secret);
        time.Advance(TimeSpan.FromSeconds(11));

        // The first calls of the connection may take longer than a call has, and what they would store is lost.
        for (var attempt = 0; !(await redis.SendAsync("EXISTS " + record)).StartsWith(":1", StringComparison.Ordinal); attempt++)
        {
            Assert.True(attempt < 100);
            Assert.Equal(HttpStatusCode.OK, await FlagsAsync(server, secret));
            time.Advance(TimeSpan.FromSeconds(11));
        }

        var loaded = time.GetUtcNow();
        Assert.InRange(await SecondsLeftAsync(), 1, 120);
        await PostgresServer.ExecuteAsync(postgres, Lose);

        // Used all the time, the shared record is never made to live longer.
        for (var second = 0; second < 117; second += 13)
        {
            time.Advance(TimeSpan.FromSeconds(13));
            Assert.Equal(HttpStatusCode.OK, await FlagsAsync(server, secret));
            Assert.InRange(await SecondsLeftAsync(), 1, 120);
        }

        // Redis keeps its own time: its record ends here. What is in memory was read just now and lasts ten seconds.
        await redis.SendAsync("DEL " + record);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(HttpStatusCode.OK, await FlagsAsync(server, secret));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(time.GetUtcNow() - loaded < TimeSpan.FromSeconds(130));
        Assert.Equal(HttpStatusCode.Unauthorized, await FlagsAsync(server, secret));
        Assert.Equal(HttpStatusCode.OK, await FlagsAsync(server, "phs_another"));

        async Task<int> SecondsLeftAsync() => int.Parse((await redis.SendAsync("TTL " + record)).AsSpan(1).Trim("+OK\r\n "), System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Without_redis_it_is_dead_after_ten()
    {
        var time = new FakeTime();
        var postgres = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var server = await FlagsServer.StartAsync(postgres, time: time);
        await server.UntilListeningAsync();
        var secret = server.Tokens.Secret!;
        Assert.Equal(HttpStatusCode.OK, await FlagsAsync(server, secret));
        await PostgresServer.ExecuteAsync(postgres, Lose);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(HttpStatusCode.OK, await FlagsAsync(server, secret));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(HttpStatusCode.Unauthorized, await FlagsAsync(server, secret));
    }

    [Fact]
    public async Task With_every_store_down_a_known_secret_lives_to_the_end_of_its_record_and_is_then_unavailable()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var store = await PostgresServer.StartNewAsync();
        var time = new FakeTime();
        await using var server = await FlagsServer.StartAsync(await store.CreateDatabaseAsync(), time: time, settings: ["--ConnectionStrings:Redis", redis.ConnectionString]);
        await server.UntilListeningAsync();
        var secret = server.Tokens.Secret!;
        Assert.Equal(HttpStatusCode.OK, await FlagsAsync(server, secret));
        redis.Kill();
        store.Kill();
        time.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(HttpStatusCode.OK, await FlagsAsync(server, secret, time));
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await FlagsAsync(server, secret, time));
        Assert.Equal(HttpStatusCode.OK, await FlagsAsync(server, server.Tokens.Public, time));
    }

    // Deadlines pass only as the clock does.
    private static async Task<HttpStatusCode> FlagsAsync(FlagsServer server, string token, FakeTime time)
    {
        var asking = FlagsAsync(server, token);
        while (await Task.WhenAny(asking, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System)) != asking)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
        }

        return await asking;
    }

    private static async Task<HttpStatusCode> FlagsAsync(FlagsServer server, string token) => (await server.PostAsync("/flags/?v=2", new { token, distinct_id = "u" })).StatusCode;
}
