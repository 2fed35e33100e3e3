using System.Net;
using FlagsService.HyperCache;
using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Leaks;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Credentials;

/// <summary>Records that other programs, or older versions, left in Redis.</summary>
public sealed class SharedRecordTests : IAsyncLifetime
{
    private RedisServer redis = null!;
    private FlagsServer server = null!;

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartNewAsync();
        server = await FlagsServer.StartAsync(settings: ["--ConnectionStrings:Redis", redis.ConnectionString]);

        // The first call pays for the connection, which may take longer than a call has.
        var tier = server.Services.GetRequiredService<IAuthRecordTier>();
        for (var attempt = 0; (await tier.GetAsync(TokenDigest.Of("any"), default)).Status == StoreStatus.Unavailable; attempt++)
        {
            Assert.True(attempt < 200, "Redis was never reached");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"type":"secret","team_id":1}""")]
    [InlineData("""{"type":"secret","team_id":1,"api_token":null}""")]
    [InlineData("""{"type":"secret","team_id":1,"api_token":"phc_from_before_a_reset"}""")]
    [InlineData("""{"type":"project_secret","team_id":1,"key_id":"k1","scopes":["feature_flag:read"]}""")]
    public async Task A_record_without_a_public_token_that_still_is_one_is_resolved_by_the_teams_id(string record)
    {
        HttpStatusCode[] statuses = [];
        for (var attempt = 0; attempt < 10 && !statuses.SequenceEqual([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK]); attempt++)
        {
            // On a machine under load a call to Redis may take longer than it has, and the secret is unknown then for a while.
            var secret = LeakWatch.MadeUp("Legacy" + attempt);
            await SeedAsync(secret, record);
            statuses =
            [
                await FlagsAsync(secret), (await server.GetAsync("/flags/definitions", secret)).StatusCode,
                (await server.GetAsync($"/flags/definitions?token={server.Tokens.Public}", secret)).StatusCode,
            ];
        }

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], statuses);
    }

    [Theory]
    [InlineData("""{"type":"secret","team_id":99}""")]
    [InlineData("""{"type":"personal","user_id":1,"key_id":"p1","org_ids":[],"scoped_teams":null,"scoped_orgs":null,"scopes":["*"]}""")]
    [InlineData("""{"type":"something else","team_id":1}""")]
    [InlineData("not json")]
    public async Task A_record_that_is_of_no_use_for_a_secret_opens_nothing(string record)
    {
        var secret = LeakWatch.MadeUp("Useless");
        await SeedAsync(secret, record);
        Assert.Equal(HttpStatusCode.Unauthorized, await FlagsAsync(secret));
        var response = await server.GetAsync("/flags/definitions", secret);
        Assert.Equal((HttpStatusCode.Unauthorized, "Secret API token is invalid."), (response.StatusCode, (await response.ReadJsonAsync()).GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData("""{"type":"secret","team_id":1}""")]
    [InlineData("""{"type":"project_secret","team_id":1,"key_id":"k1","scopes":["*"]}""")]
    [InlineData("""{"type":"personal","user_id":1,"key_id":null,"org_ids":["ORGANIZATION"],"scopes":["*"]}""")]
    [InlineData("""{"type":"personal","user_id":1,"key_id":"p1","org_ids":[],"scopes":["*"]}""")]
    public async Task A_record_that_is_of_no_use_for_a_person_opens_nothing(string record)
    {
        const string Key = "a-key-from-before-there-were-prefixes";
        await SeedAsync(Key, record);
        var response = await server.GetAsync($"/flags/definitions?token={server.Tokens.Public}", Key);
        Assert.Equal((HttpStatusCode.Unauthorized, "Personal API key is invalid."), (response.StatusCode, (await response.ReadJsonAsync()).GetProperty("detail").GetString()));
    }

    private async Task<HttpStatusCode> FlagsAsync(string token) => (await server.PostAsync("/flags/?v=2", new { token, distinct_id = "u" })).StatusCode;

    private Task<string> SeedAsync(string token, string record) => redis.SendAsync($"SET posthog:auth_token:{TokenDigest.Of(token)} '{record}'");
}
