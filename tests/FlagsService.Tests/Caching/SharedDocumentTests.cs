using System.Net;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using Xunit;

namespace FlagsService.Tests.Caching;

public sealed class SharedDocumentTests : IAsyncLifetime
{
    private const string FlagsName = "flags:1:cache/teams/1/feature_flags/flags.json";
    private PostgresServer postgres = null!;
    private RedisServer redis = null!;
    private ObjectServer objects = null!;
    private string database = "";

    private string[] Settings => ["--ConnectionStrings:Redis", redis.ConnectionString, .. objects.Settings];

    public async ValueTask InitializeAsync()
    {
        postgres = await PostgresServer.StartNewAsync();
        database = await postgres.CreateDatabaseAsync();
        redis = await RedisServer.StartNewAsync();
        objects = await ObjectServer.StartNewAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await objects.DisposeAsync();
        await redis.DisposeAsync();
        await postgres.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_starts_without_postgres_answers_from_the_shared_copies()
    {
        var tokens = await FillAsync();
        postgres.Kill();
        await using var second = await FlagsServer.StartAsync(database, waitUntilReady: false, settings: Settings);
        await EventuallyAsync(async () => (await FlagsAsync(second, tokens.Public)).StatusCode == HttpStatusCode.OK);
        using var definitions = await second.GetAsync($"/flags/definitions?token={tokens.Public}", tokens.Secret);
        Assert.Equal(HttpStatusCode.OK, definitions.StatusCode);
    }

    [Fact]
    public async Task Without_copies_in_redis_object_storage_answers_and_redis_gets_them_back()
    {
        var tokens = await FillAsync();
        postgres.Kill();
        await redis.SendAsync($"DEL {FlagsName}");
        await using var second = await FlagsServer.StartAsync(database, waitUntilReady: false, settings: Settings);
        await EventuallyAsync(async () => (await FlagsAsync(second, tokens.Public)).StatusCode == HttpStatusCode.OK);
        await EventuallyAsync(() => ExistsAsync(FlagsName));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("\\x01aaaaaaaa{}")]
    public async Task A_copy_that_cannot_be_read_is_replaced_from_the_store(string bytes)
    {
        var tokens = await FillAsync();
        foreach (var name in objects.Names)
        {
            objects.Put(name, "garbage"u8.ToArray());
        }

        await redis.SendAsync($"SET {FlagsName} \"{bytes}\"");
        await using var second = await FlagsServer.StartAsync(database, settings: Settings);
        using var answer = await FlagsAsync(second, tokens.Public);
        Assert.True((await answer.ReadJsonAsync()).GetProperty("flags").GetProperty("on").GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public async Task A_change_reaches_the_copies_and_every_server()
    {
        var tokens = await FillAsync();
        await using var first = await FlagsServer.StartAsync(database, settings: Settings);
        await using var second = await FlagsServer.StartAsync(database, settings: Settings);
        foreach (var server in new[] { first, second })
        {
            Assert.Equal(HttpStatusCode.OK, (await FlagsAsync(server, tokens.Public)).StatusCode);
        }

        var before = await redis.SendAsync($"GET {FlagsName}");
        await PostgresServer.ExecuteAsync(database, "update posthog_featureflag set active = false where key = 'on'");
        foreach (var server in new[] { first, second })
        {
            await EventuallyAsync(async () =>
            {
                using var answer = await FlagsAsync(server, tokens.Public);
                return !(await answer.ReadJsonAsync()).GetProperty("flags").TryGetProperty("on", out _);
            });
        }

        await EventuallyAsync(async () => await redis.SendAsync($"GET {FlagsName}") != before);
    }

    [Fact]
    public async Task Redis_restarted_empty_is_filled_again()
    {
        await FillAsync();
        await using var server = await FlagsServer.StartAsync(database, settings: Settings);
        await EventuallyAsync(() => ExistsAsync("flags:filled"));
        redis.Kill();
        await redis.StartAsync();
        await EventuallyAsync(() => ExistsAsync(FlagsName));
        await EventuallyAsync(() => ExistsAsync("flags:1:cache/teams/1/feature_flags/flags_with_cohorts.json:etag"));
    }

    [Fact]
    public async Task A_public_token_that_was_reset_is_dead_at_once_also_in_the_copies()
    {
        var tokens = await FillAsync();
        await using var server = await FlagsServer.StartAsync(database, settings: Settings);
        Assert.Equal(HttpStatusCode.OK, (await FlagsAsync(server, tokens.Public)).StatusCode);
        await PostgresServer.ExecuteAsync(database, "update posthog_team set api_token = 'phc_new' where id = 1");
        await EventuallyAsync(async () => (await FlagsAsync(server, tokens.Public)).StatusCode == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, (await FlagsAsync(server, "phc_new")).StatusCode);
        await using var second = await FlagsServer.StartAsync(database, settings: Settings);
        Assert.Equal(HttpStatusCode.Unauthorized, (await FlagsAsync(second, tokens.Public)).StatusCode);
    }

    [Fact]
    public async Task A_team_that_is_gone_is_gone_from_the_copies()
    {
        var tokens = await FillAsync();
        await using var server = await FlagsServer.StartAsync(database, settings: Settings);
        await PostgresServer.ExecuteAsync(database, "delete from posthog_team where id = 1");
        await EventuallyAsync(async () => (await FlagsAsync(server, tokens.Public)).StatusCode == HttpStatusCode.Unauthorized);
        await EventuallyAsync(() => Task.FromResult(objects.Names.Count == 0));
        await using var second = await FlagsServer.StartAsync(database, waitUntilReady: false, settings: Settings);
        await EventuallyAsync(async () => (await FlagsAsync(second, tokens.Public)).StatusCode == HttpStatusCode.Unauthorized);
    }

    // One server that answered, and shared what it read.
    private async Task<TeamTokens> FillAsync()
    {
        await using var server = await FlagsServer.StartAsync(database, settings: Settings);
        await PostgresServer.ExecuteAsync(database, """insert into posthog_featureflag (team_id, key, filters) values (1, 'on', '{"groups":[{"properties":[],"rollout_percentage":100}]}')""");
        await EventuallyAsync(async () =>
        {
            using var answer = await FlagsAsync(server, server.Tokens.Public);
            return (await answer.ReadJsonAsync()).GetProperty("flags").TryGetProperty("on", out _);
        });
        await EventuallyAsync(async () =>
        {
            using var definitions = await server.GetAsync($"/flags/definitions?token={server.Tokens.Public}", server.Tokens.Secret);
            return objects.Names.Count == 2 && await ExistsAsync(FlagsName)
                && await ExistsAsync($"flags:1:cache/team_tokens/{server.Tokens.Public}/team_metadata/full_metadata.json")
                && await ExistsAsync("posthog:auth_token:" + TokenDigest.Of(server.Tokens.Secret!).Text);
        });
        return server.Tokens;
    }

    private async Task<bool> ExistsAsync(string name) => (await redis.SendAsync($"EXISTS {name}")).StartsWith(":1", StringComparison.Ordinal);

    private static Task<HttpResponseMessage> FlagsAsync(FlagsServer server, string token) => server.PostAsync("/flags/?v=2", new { token, distinct_id = "u" });

    private static async Task EventuallyAsync(Func<Task<bool>> isSo)
    {
        for (var attempt = 0; !await isSo(); attempt++)
        {
            Assert.True(attempt < 600, "still not so");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
