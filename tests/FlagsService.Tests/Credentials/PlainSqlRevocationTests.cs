using System.Data.Common;
using System.Net;
using Dapper;
using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Leaks;
using FlagsService.TestKit.Servers;
using FlagsService.TestKit.Time;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Credentials;

/// <summary>Somebody changes keys, users and secrets in the database, and the running server follows by what is announced: the clock never reaches the ten seconds for which it believes itself.</summary>
public sealed class PlainSqlRevocationTests
{
    private const string Everywhere = "sqlite, sqlite with redis, postgres, postgres with redis";
    private const int Attempts = 200;
    private const int Looks = 5;

    public static TheoryData<string> Stores { get; } = [.. Everywhere.Split(", ")];

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_personal_key_follows_its_row_its_owner_and_what_the_owner_belongs_to(string store)
    {
        await using var bench = await Bench.StartAsync(store);
        var key = await bench.Keys.CreatePersonalAsync(1, "", ["feature_flag:read"], default);
        var path = $"/flags/definitions?token={bench.Server.Tokens.Public}";
        await ExpectAsync(HttpStatusCode.OK, null);
        await ExpectAsync(HttpStatusCode.Unauthorized, "update posthog_user set is_active = false where id = 1");
        await ExpectAsync(HttpStatusCode.OK, "update posthog_user set is_active = true where id = 1");
        await ExpectAsync(HttpStatusCode.Unauthorized, "delete from posthog_organizationmembership");
        await ExpectAsync(HttpStatusCode.OK, "insert into posthog_organizationmembership (organization_id, user_id) select organization_id, 1 from posthog_team where id = 1");
        await ExpectAsync(HttpStatusCode.Forbidden, $"update posthog_personalapikey set scopes = '{bench.List("query:read")}'");
        await ExpectAsync(HttpStatusCode.OK, $"update posthog_personalapikey set scopes = '{bench.List("*")}'");
        await ExpectAsync(HttpStatusCode.Unauthorized, $"update posthog_personalapikey set scoped_teams = '{bench.List(99)}'");
        await ExpectAsync(HttpStatusCode.OK, "update posthog_personalapikey set scoped_teams = null");
        await ExpectAsync(HttpStatusCode.Unauthorized, "delete from posthog_personalapikey");
        await ExpectAsync(HttpStatusCode.OK, $"insert into posthog_personalapikey (user_id, secure_value, scopes) values (1, '{TokenDigest.Of(key.Secret)}', '{bench.List("*")}')");

        Task ExpectAsync(HttpStatusCode status, string? sql) => bench.ExpectAsync(status, sql, async () => (await bench.Server.GetAsync(path, key.Secret)).StatusCode);
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_project_secret_key_follows_its_row(string store)
    {
        await using var bench = await Bench.StartAsync(store);
        var key = await bench.Keys.CreateProjectSecretAsync(1, "", null, default);
        await ExpectAsync(HttpStatusCode.OK, null);
        await ExpectAsync(HttpStatusCode.Unauthorized, $"update posthog_projectsecretapikey set scopes = '{bench.List("query:read")}'");
        await ExpectAsync(HttpStatusCode.OK, $"update posthog_projectsecretapikey set scopes = '{bench.List("feature_flag:write")}'");
        await ExpectAsync(HttpStatusCode.Unauthorized, "delete from posthog_projectsecretapikey");
        await ExpectAsync(HttpStatusCode.OK, $"insert into posthog_projectsecretapikey (team_id, secure_value) values (1, '{TokenDigest.Of(key.Secret)}')");

        Task ExpectAsync(HttpStatusCode status, string? sql) => bench.ExpectAsync(status, sql, () => bench.FlagsAsync(key.Secret));
    }

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_teams_secret_dies_and_another_lives_with_the_row(string store)
    {
        await using var bench = await Bench.StartAsync(store);
        var (old, other) = (bench.Server.Tokens.Secret!, LeakWatch.MadeUp("OtherSecret"));
        await bench.ExpectAsync(HttpStatusCode.OK, null, () => bench.FlagsAsync(old));

        // Sent a thousand times before it exists, it is remembered as unknown, and among the secrets only.
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await bench.FlagsAsync(other));
        }

        await bench.ExpectAsync(HttpStatusCode.OK, $"update posthog_team set secret_api_token = '{other}' where id = 1", () => bench.FlagsAsync(other));
        await bench.ExpectAsync(HttpStatusCode.Unauthorized, null, () => bench.FlagsAsync(old));
        await bench.ExpectAsync(HttpStatusCode.OK, $"update posthog_team set secret_api_token = null, secret_api_token_backup = '{other}' where id = 1", () => bench.FlagsAsync(other));
        await bench.ExpectAsync(HttpStatusCode.Unauthorized, "update posthog_team set secret_api_token_backup = null where id = 1", () => bench.FlagsAsync(other));
        await bench.ExpectAsync(HttpStatusCode.OK, $"update posthog_team set secret_api_token = '{other}', api_token = 'phc_other' where id = 1", () => bench.FlagsAsync(other));
        await bench.ExpectAsync(HttpStatusCode.OK, null, () => bench.FlagsAsync("phc_other"));
        await bench.ExpectAsync(HttpStatusCode.Unauthorized, null, () => bench.FlagsAsync(bench.Server.Tokens.Public));
        await bench.ExpectAsync(HttpStatusCode.Unauthorized, "delete from posthog_team where id = 1", () => bench.FlagsAsync(other));
    }

    [Fact]
    public async Task Without_redis_too_every_server_refuses_the_key_of_a_user_who_was_deactivated()
    {
        await using var first = await Bench.StartAsync("postgres");
        await using var second = await Bench.StartAsync("postgres", first.Server.Postgres);
        Bench[] benches = [first, second];
        var key = (await first.Keys.CreatePersonalAsync(1, "", ["*"], default)).Secret;
        var path = $"/flags/definitions?token={first.Server.Tokens.Public}";
        foreach (var (status, sql) in new[] { (HttpStatusCode.OK, null), (HttpStatusCode.Unauthorized, "update posthog_user set is_active = false"), (HttpStatusCode.OK, "update posthog_user set is_active = true") })
        {
            foreach (var bench in benches)
            {
                await bench.ExpectAsync(status, bench == first ? sql : null, async () => (await bench.Server.GetAsync(path, key)).StatusCode);
            }
        }
    }

    private sealed class Bench(FlagsServer server, FakeTime time, RedisServer? redis) : IAsyncDisposable
    {
        internal FlagsServer Server => server;

        internal IKeyAdministration Keys => server.Services.GetRequiredService<IKeyAdministration>();

        internal static async Task<Bench> StartAsync(string store, string? database = null)
        {
            var redis = store.Contains("redis", StringComparison.Ordinal) ? await RedisServer.StartNewAsync() : null;
            var postgres = store.StartsWith("sqlite", StringComparison.Ordinal) ? null : database ?? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
            var time = new FakeTime();
            return new Bench(await FlagsServer.StartAsync(postgres, time: time, settings: redis is null ? [] : ["--ConnectionStrings:Redis", redis.ConnectionString]), time, redis);
        }

        internal async Task<HttpStatusCode> FlagsAsync(string token) => (await server.PostAsync("/flags/?v=2", new { token, distinct_id = "u" })).StatusCode;

        internal string List(object item) => server.Postgres is not null ? $"{{{item}}}" : item is string ? $"[\"{item}\"]" : $"[{item}]";

        /// <summary>The status comes to be after the statement, the clock having moved on by less than any copy in memory is believed for.</summary>
        internal async Task ExpectAsync(HttpStatusCode status, string? sql, Func<Task<HttpStatusCode>> ask)
        {
            if (sql is not null)
            {
                await using DbConnection connection = server.Postgres is { } postgres ? PostgresServer.Connect(postgres) : new SqliteConnection($"Data Source={server.StoragePath}");
                await connection.ExecuteAsync(sql);
            }

            for (var attempt = 0; await ask() is var answer && answer != status; attempt++)
            {
                Assert.True(attempt < Attempts, $"{answer} instead of {status} after: {sql}");

                // A file is looked at once a second, counted from the look before.
                if (attempt % (Attempts / Looks) == 0)
                {
                    time.Advance(TimeSpan.FromSeconds(1));
                }

                await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            await (redis?.DisposeAsync() ?? default);
        }
    }
}
