using System.Net;
using System.Net.Http.Headers;
using Dapper;
using FlagsService.HyperCache.Management;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using FlagsService.TestKit.Time;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Credentials;

/// <summary>When a key was last used is on its row, an hour more or less.</summary>
public sealed class KeyUseTests
{
    private const string Definitions = "/flags/definitions?token=";
    private const string RemoteConfig = "/api/projects/1/feature_flags/any/remote_config";
    private const string Rotate = "/api/projects/1/rotate_secret_token";

    [Theory]
    [InlineData("GET", Definitions, HttpStatusCode.OK)]
    [InlineData("GET", RemoteConfig, HttpStatusCode.NotFound)]
    [InlineData("PATCH", Rotate, HttpStatusCode.OK)]
    public async Task A_personal_key_is_stamped_wherever_it_is_accepted(string method, string path, HttpStatusCode status)
    {
        await using var server = await FlagsServer.StartAsync();
        var key = await server.Services.GetRequiredService<IKeyAdministration>().CreatePersonalAsync(1, "", ["*"], default);
        Assert.Equal(status, await SendAsync(server, method, path, key.Secret));
        await UntilStampedAsync(server, "posthog_personalapikey", key.Id);
    }

    [Theory]
    [InlineData(Definitions)]
    [InlineData(RemoteConfig)]
    public async Task A_project_secret_key_is_stamped_too_and_a_teams_secret_has_nothing_to_stamp(string path)
    {
        await using var server = await FlagsServer.StartAsync();
        var key = await server.Services.GetRequiredService<IKeyAdministration>().CreateProjectSecretAsync(1, "", null, default);
        await SendAsync(server, "GET", path, server.Tokens.Secret!);
        await SendAsync(server, "GET", path, key.Secret);
        await UntilStampedAsync(server, "posthog_projectsecretapikey", key.Id);
    }

    [Fact]
    public async Task Flags_asked_for_with_a_project_secret_key_are_a_use_of_it()
    {
        await using var server = await FlagsServer.StartAsync();
        var key = await server.Services.GetRequiredService<IKeyAdministration>().CreateProjectSecretAsync(1, "", null, default);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/flags/?v=2", new { token = key.Secret, distinct_id = "u" })).StatusCode);
        await UntilStampedAsync(server, "posthog_projectsecretapikey", key.Id);
    }

    [Fact]
    public async Task A_key_that_is_refused_is_not_stamped()
    {
        await using var server = await FlagsServer.StartAsync();
        var keys = server.Services.GetRequiredService<IKeyAdministration>();
        var scopeless = await keys.CreatePersonalAsync(1, "", ["query:read"], default);
        var project = await keys.CreateProjectSecretAsync(1, "", null, default);
        await ExecuteAsync(server, "insert into posthog_team (id, api_token) values (2, 'phc_second')");
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(server, "GET", Definitions, scopeless.Secret));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(server, "PATCH", Rotate, scopeless.Secret));
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/flags/definitions?token=phc_second", project.Secret)).StatusCode);

        // Those before it have been looked at when this one is stamped.
        var accepted = await keys.CreatePersonalAsync(1, "", ["*"], default);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(server, "GET", Definitions, accepted.Secret));
        await UntilStampedAsync(server, "posthog_personalapikey", accepted.Id);
        Assert.Null(await StampAsync(server, "posthog_personalapikey", scopeless.Id));
        Assert.Null(await StampAsync(server, "posthog_projectsecretapikey", project.Id));
    }

    [Fact]
    public async Task One_hour_is_shared_by_all_servers_and_a_stamp_within_it_is_left_alone()
    {
        await using var redis = await RedisServer.StartNewAsync();
        var time = new FakeTime();
        await using var server = await FlagsServer.StartAsync(time: time, settings: ["--ConnectionStrings:Redis", redis.ConnectionString]);
        var key = await server.Services.GetRequiredService<IKeyAdministration>().CreatePersonalAsync(1, "", ["*"], default);
        await UseUntilStampedAsync(key);
        Assert.StartsWith(":1", await redis.SendAsync("EXISTS posthog:pak_last_used:" + key.Id), StringComparison.Ordinal);

        // The hour is the shared one's: this process alone would stamp again.
        await ExecuteAsync(server, "update posthog_personalapikey set last_used_at = null");
        var other = await server.Services.GetRequiredService<IKeyAdministration>().CreatePersonalAsync(1, "", ["*"], default);
        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(server, "GET", Definitions, key.Secret));
        await UseUntilStampedAsync(other);
        Assert.Null(await StampAsync(server, "posthog_personalapikey", key.Id));

        // Somebody else stamped it, and the shared hour was lost.
        var soon = time.GetUtcNow().AddMinutes(-30).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        await ExecuteAsync(server, $"update posthog_personalapikey set last_used_at = case when id = '{key.Id}' then '{soon}' end");
        await redis.SendAsync("FLUSHALL");
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(server, "GET", Definitions, key.Secret));
        await UseUntilStampedAsync(other);
        Assert.Equal(soon, await StampAsync(server, "posthog_personalapikey", key.Id));

        // A call to Redis that takes longer than it has leaves the stamp out; the next minute's use makes up for it.
        async Task UseUntilStampedAsync(CreatedKey used)
        {
            for (var attempt = 0; await StampAsync(server, "posthog_personalapikey", used.Id) is null; attempt++)
            {
                Assert.True(attempt < 400, "never stamped");
                if (attempt % 40 == 0)
                {
                    time.Advance(TimeSpan.FromMinutes(1.1));
                    await redis.SendAsync("DEL posthog:pak_last_used:" + used.Id);
                    Assert.Equal(HttpStatusCode.OK, await SendAsync(server, "GET", Definitions, used.Secret));
                }

                await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
            }
        }
    }

    [Fact]
    public async Task Trouble_leaves_the_stamp_out_says_so_once_and_costs_no_request()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var server = await FlagsServer.StartAsync(settings: ["--ConnectionStrings:Redis", redis.ConnectionString]);
        var keys = server.Services.GetRequiredService<IKeyAdministration>();
        redis.Kill();
        for (var number = 0; number < 3; number++)
        {
            Assert.Equal(HttpStatusCode.OK, await SendAsync(server, "GET", Definitions, (await keys.CreatePersonalAsync(1, "", ["*"], default)).Secret));
        }

        await server.Log.WaitForAsync("The last use of keys is not noted for now (redis_unavailable)");
        await Task.Delay(TimeSpan.FromMilliseconds(600), TimeProvider.System);
        Assert.Single(server.Log.Lines, line => line.Contains("The last use of keys", StringComparison.Ordinal));
        await using var connection = new SqliteConnection($"Data Source={server.StoragePath}");
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("select count(*) from posthog_personalapikey where last_used_at is not null"));
    }

    private static async Task<HttpStatusCode> SendAsync(FlagsServer server, string method, string path, string key)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path == Definitions ? path + server.Tokens.Public : path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return (await server.Client.SendAsync(request)).StatusCode;
    }

    private static async Task UntilStampedAsync(FlagsServer server, string table, string id)
    {
        for (var attempt = 0; await StampAsync(server, table, id) is null; attempt++)
        {
            Assert.True(attempt < 200, "never stamped");
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }
    }

    private static async Task<string?> StampAsync(FlagsServer server, string table, string id)
    {
        await using var connection = new SqliteConnection($"Data Source={server.StoragePath}");
        return await connection.ExecuteScalarAsync<string?>($"select last_used_at from {table} where id = @id", new { id });
    }

    private static async Task ExecuteAsync(FlagsServer server, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={server.StoragePath}");
        await connection.ExecuteAsync(sql);
    }
}
