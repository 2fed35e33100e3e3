using Dapper;
using FlagsService.Caching.Upkeep;
using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Leaks;
using FlagsService.TestKit.Servers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Caching;

public sealed class VerifyAuthRecordsTests : IAsyncLifetime
{
    private RedisServer redis = null!;
    private FlagsServer server = null!;

    private VerifyAuthRecords Job => server.Services.GetServices<IUpkeepJob>().OfType<VerifyAuthRecords>().Single();

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartNewAsync();
        server = await FlagsServer.StartAsync(settings: ["--ConnectionStrings:Redis", redis.ConnectionString]);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Fact]
    public async Task Records_that_the_store_confirms_stay_and_all_others_go()
    {
        var keys = server.Services.GetRequiredService<IKeyAdministration>();
        var personal = await keys.CreatePersonalAsync(1, "", ["feature_flag:read"], default);
        var project = await keys.CreateProjectSecretAsync(1, "", ["*"], default);
        await using var connection = new SqliteConnection($"Data Source={server.StoragePath}");
        var organization = await connection.ExecuteScalarAsync<string>("select organization_id from posthog_team where id = 1");
        var person = $$"""{"type":"personal","user_id":1,"key_id":"{{personal.Id}}","org_ids":["{{organization}}"],"scoped_teams":null,"scoped_orgs":null,"scopes":["feature_flag:read"]}""";
        var projectKey = $$"""{"type":"project_secret","team_id":1,"key_id":"{{project.Id}}","scopes":["*"],"api_token":"{{server.Tokens.Public}}"}""";
        var secret = server.Tokens.Secret!;

        await AssertKeptAsync(secret, """{"type":"secret","team_id":1}""", true);
        await AssertKeptAsync(secret, $$"""{"type":"secret","team_id":1,"api_token":"{{server.Tokens.Public}}"}""", true);
        await AssertKeptAsync(personal.Secret, person, true);
        await AssertKeptAsync(project.Secret, projectKey, true);

        await AssertKeptAsync(secret, "not json", false);
        await AssertKeptAsync(secret, """{"type":"oauth","team_id":1}""", false);
        await AssertKeptAsync(secret, """{"type":"secret","team_id":2}""", false);
        await AssertKeptAsync(secret, """{"type":"secret","team_id":1,"api_token":"phc_before"}""", false);
        await AssertKeptAsync(LeakWatch.MadeUp("RotatedOut"), """{"type":"secret","team_id":1}""", false);
        await AssertKeptAsync(LeakWatch.MadeUp("Deleted"), projectKey, false);
        await AssertKeptAsync(project.Secret, projectKey.Replace("\"team_id\":1", "\"team_id\":2", StringComparison.Ordinal), false);
        await AssertKeptAsync(project.Secret, projectKey.Replace(project.Id, "another", StringComparison.Ordinal), false);
        await AssertKeptAsync(project.Secret, projectKey.Replace("[\"*\"]", "null", StringComparison.Ordinal), false);
        await AssertKeptAsync(personal.Secret, person.Replace($"\"{personal.Id}\"", "null", StringComparison.Ordinal), false);
        await AssertKeptAsync(personal.Secret, person.Replace(organization!, "0190a5d6-0000-7000-8000-0000000000aa", StringComparison.Ordinal), false);
        await AssertKeptAsync(personal.Secret, person.Replace("feature_flag:read", "*", StringComparison.Ordinal), false);
        await AssertKeptAsync(personal.Secret, person.Replace("\"scoped_teams\":null", "\"scoped_teams\":[1]", StringComparison.Ordinal), false);
        await AssertKeptAsync(personal.Secret, person.Replace("\"scoped_orgs\":null", "\"scoped_orgs\":[]", StringComparison.Ordinal), false);
        await connection.ExecuteAsync("update posthog_user set is_active = false");
        await AssertKeptAsync(personal.Secret, person, false);
    }

    [Fact]
    public async Task What_the_store_cannot_tell_is_left_alone()
    {
        await using var connection = new SqliteConnection($"Data Source={server.StoragePath}");
        await connection.ExecuteAsync("alter table posthog_team rename to elsewhere");
        await AssertKeptAsync(LeakWatch.MadeUp("RotatedOut"), """{"type":"secret","team_id":1}""", true);
        Assert.Matches("flags_auth_records_unverified_total [1-9]", await server.Client.GetStringAsync("/metrics"));
    }

    private async Task AssertKeptAsync(string token, string record, bool isKept)
    {
        var key = "posthog:auth_token:" + TokenDigest.Of(token);
        await redis.SendAsync("SET " + key + " '" + record + "'");

        // A call that takes longer than it has, as the first one may, leaves the record to the next time.
        for (var attempt = 0; !await TryRunAsync() || (!isKept && attempt < 20 && await IsThereAsync(key)); attempt++)
        {
            Assert.True(attempt < 100, "Redis was never reached");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        Assert.True(isKept == await IsThereAsync(key), record);
        await redis.SendAsync("DEL " + key);
    }

    private async Task<bool> TryRunAsync()
    {
        try
        {
            await Job.RunAsync(default);
            return true;
        }
        catch (HyperCache.Tiers.CacheUnavailableException)
        {
            return false;
        }
    }

    private async Task<bool> IsThereAsync(string key) => (await redis.SendAsync("EXISTS " + key)).StartsWith(":1", StringComparison.Ordinal);
}
