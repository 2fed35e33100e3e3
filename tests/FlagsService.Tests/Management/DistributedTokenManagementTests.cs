using System.Data.Common;
using Dapper;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using Xunit;

namespace FlagsService.Tests.Management;

public sealed class DistributedTokenManagementTests : TokenManagementTests
{
    private RedisServer redis = null!;

    protected override async Task<FlagsServer> StartAsync()
    {
        redis = await RedisServer.StartNewAsync();
        return await FlagsServer.StartAsync(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(), settings: ["--ConnectionStrings:Redis", redis.ConnectionString]);
    }

    protected override DbConnection Connect() => PostgresServer.Connect(Server.Postgres!);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Fact]
    public async Task A_rotation_succeeds_without_redis_and_the_old_secret_is_dead_at_once()
    {
        var first = await TokensAsync("rotate_secret_token");
        await AssertAliveAsync(first.Secret!);
        redis.Kill();
        await TokensAsync("rotate_secret_token");
        var third = await TokensAsync("rotate_secret_token");
        await AssertDeadAsync(first.Secret!);
        await AssertAliveAsync(third.Secret!, third.Backup!);
        Assert.Contains("token_invalidation_failures_total{step=\"caches\"}", await Server.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_late_reader_shared_of_a_dead_secret_is_deleted_after_five_seconds()
    {
        var dead = await TokensAsync("rotate_secret_token");
        await TokensAsync("rotate_secret_token");
        await TokensAsync("rotate_secret_token");
        await UntilAsync(async () =>
        {
            await using var connection = Connect();
            return await connection.ExecuteScalarAsync<bool>("select not exists (select 1 from flagsservice_outbox where processed_at is null)");
        });

        var record = "posthog:auth_token:" + TokenDigest.Of(dead.Secret!);
        await redis.SendAsync($"SET {record} '{{\"type\":\"secret\",\"team_id\":1}}' EX 120");
        await UntilAsync(async () => (await redis.SendAsync("EXISTS " + record)).StartsWith(":0", StringComparison.Ordinal));
        await AssertDeadAsync(dead.Secret!);

        static async Task UntilAsync(Func<Task<bool>> holds)
        {
            for (var attempt = 0; !await holds(); attempt++)
            {
                Assert.True(attempt < 400, "it never came to be");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    [Fact]
    public async Task Redis_never_sees_a_secret_in_clear()
    {
        var tokens = await TokensAsync("rotate_secret_token");
        var keys = "";
        for (var attempt = 0; !keys.Contains("posthog:auth_token:sha256$", StringComparison.Ordinal); attempt++)
        {
            // The announcement of the rotation may still delete the record once more.
            Assert.True(attempt < 100, "no record was shared");
            await AssertAliveAsync(tokens.Secret!);
            keys = await redis.SendAsync("KEYS *");
        }

        Assert.DoesNotContain("phs_", keys, StringComparison.Ordinal);
        foreach (var key in keys.Split("\r\n").Where(line => line.StartsWith("posthog:auth_token:", StringComparison.Ordinal)))
        {
            Assert.DoesNotContain("phs_", await redis.SendAsync("GET " + key), StringComparison.Ordinal);
        }
    }
}
