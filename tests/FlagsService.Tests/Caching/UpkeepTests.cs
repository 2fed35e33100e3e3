using System.Globalization;
using FlagsService.Caching.Upkeep;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Invalidation;
using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Caching;

/// <summary>Each job that looks after the shared cache, run once by hand.</summary>
public sealed class UpkeepTests : IAsyncLifetime
{
    private const string Flags = "flags:1:cache/teams/1/feature_flags/flags.json";
    private const string Definitions = "flags:1:cache/teams/1/feature_flags/flags_with_cohorts.json";
    private static readonly string[] Sets = ["flags:flags_cache_expiry", "flags:flag_definitions_cache_expiry", "flags:team_metadata_cache_expiry"];
    private RedisServer redis = null!;
    private FlagsServer server = null!;
    private string database = "";

    private string Metadata => $"flags:1:cache/team_tokens/{server.Tokens.Public}/team_metadata/full_metadata.json";

    public async ValueTask InitializeAsync()
    {
        database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        redis = await RedisServer.StartNewAsync();
        server = await FlagsServer.StartAsync(database, settings: ["--ConnectionStrings:Redis", redis.ConnectionString]);
        await PostgresServer.ExecuteAsync(
            database,
            """
            insert into posthog_featureflag (team_id, key, filters) values (1, 'on', '{"groups":[{"properties":[],"rollout_percentage":100}]}');
            insert into posthog_grouptypemapping (team_id, project_id, group_type, group_type_index) values (1, 1, 'company', 0);
            """);
        await SettleAsync();

        // The watch for an empty cache would do the jobs' work.
        await redis.SendAsync("SET flags:filled 1");
        Assert.NotNull(await Job<VerifyDocuments>().WarmAsync(invalidateFirst: false, default));
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Fact]
    public async Task Copies_that_run_out_within_a_day_are_written_anew_and_others_are_left_alone()
    {
        var soon = TimeProvider.System.GetUtcNow().AddHours(23).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await redis.SendAsync($"DEL {Flags} {Definitions} {Metadata}");
        await Job<RefreshExpiring>().RunAsync(default);
        Assert.False(await ExistsAsync(Flags));

        await redis.SendAsync($"ZADD {Sets[0]} {soon} 1");
        await redis.SendAsync($"ZADD {Sets[2]} {soon} {server.Tokens.Public}");
        await Job<RefreshExpiring>().RunAsync(default);
        foreach (var name in new[] { Flags, Definitions, Metadata })
        {
            Assert.True(await ExistsAsync(name), name);

            // A week, less up to three tenths so that copies written together do not run out together.
            Assert.InRange(await NumberAsync($"TTL {name}"), (604_800 * 7 / 10) - 5, 604_800);
        }

        Assert.True(await NumberAsync($"ZCOUNT {Sets[0]} {soon} +inf") == 1);
    }

    [Fact]
    public async Task Teams_that_are_gone_leave_the_lists_of_expiry_and_living_ones_stay()
    {
        for (var team = 1000; team < 1600; team++)
        {
            await redis.SendAsync($"ZADD {Sets[0]} {team} {team}");
        }

        await redis.SendAsync($"ZADD {Sets[1]} 1 nonsense 2 2000");
        await redis.SendAsync($"ZADD {Sets[2]} 1 phc_gone");
        await Job<CleanExpirySets>().RunAsync(default);
        foreach (var (set, member) in Sets.Zip(["1", "1", server.Tokens.Public]))
        {
            Assert.Equal(1, await NumberAsync($"ZCARD {set}"));
            Assert.Contains(member, await redis.SendAsync($"ZRANGE {set} 0 -1"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("missing", Flags)]
    [InlineData("missing", Definitions)]
    [InlineData("missing", "metadata")]
    [InlineData("missing", Definitions + ":etag")]
    [InlineData("garbage", Flags)]
    [InlineData("garbage", Definitions)]
    [InlineData("older", Definitions)]
    public async Task Copies_that_are_missing_unreadable_or_of_another_revision_are_made_anew(string fault, string name)
    {
        name = name == "metadata" ? Metadata : name;
        var good = await redis.SendAsync($"GET {name}");
        await redis.SendAsync(fault switch
        {
            "missing" => $"DEL {name}",
            "garbage" => $"SET {name} garbage",
            _ => $"SETRANGE {name} 1 \"\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\"",
        });
        Assert.NotEqual(good, await redis.SendAsync($"GET {name}"));
        await Job<VerifyDocuments>().RunAsync(default);
        Assert.Equal(good, await redis.SendAsync($"GET {name}"));
        Assert.Equal(0, await Job<VerifyDocuments>().FixAsync(default));
    }

    [Fact]
    public async Task Warming_writes_every_team_that_owns_flags_and_can_start_from_nothing()
    {
        // As after a restored backup: what is shared claims a later revision than the database has.
        await redis.SendAsync($"SETRANGE {Definitions} 1 \"\\x7f\\xff\\xff\\xff\\xff\\xff\\xff\\xff\"");
        var wrong = await redis.SendAsync($"GET {Definitions}");
        Assert.Equal(1, await Job<VerifyDocuments>().WarmAsync(invalidateFirst: false, default));
        Assert.Equal(wrong, await redis.SendAsync($"GET {Definitions}"));
        Assert.Equal(1, await Job<VerifyDocuments>().WarmAsync(invalidateFirst: true, default));
        Assert.NotEqual(wrong, await redis.SendAsync($"GET {Definitions}"));
        Assert.True(await ExistsAsync(Definitions + ":etag"));

        await redis.SendAsync("FLUSHALL");
        Assert.Equal(1, await Job<VerifyDocuments>().WarmAsync(invalidateFirst: false, default));
        Assert.True(await ExistsAsync(Flags) && await ExistsAsync(Definitions) && await ExistsAsync(Metadata));
    }

    [Fact]
    public async Task Shared_records_that_say_something_else_than_the_store_are_deleted_and_right_ones_stay()
    {
        var keys = server.Services.GetRequiredService<IKeyAdministration>();
        var personal = (await keys.CreatePersonalAsync(1, "", ["feature_flag:read"], default)).Secret;
        var project = (await keys.CreateProjectSecretAsync(1, "", ["feature_flag:read"], default)).Secret;
        await SettleAsync();
        foreach (var credential in new[] { server.Tokens.Secret!, personal, project })
        {
            Assert.True((await server.GetAsync($"/flags/definitions?token={server.Tokens.Public}", credential)).IsSuccessStatusCode);
        }

        var right = new[] { server.Tokens.Secret!, personal, project }.Select(token => "posthog:auth_token:" + TokenDigest.Of(token).Text).ToArray();
        await EventuallyAsync(async () => await NumberAsync($"EXISTS {string.Join(' ', right)}") == 3);
        var person = await redis.SendAsync($"GET {right[1]}");
        var text = person[(person.IndexOf('\n', StringComparison.Ordinal) + 1)..person.LastIndexOf("\r\n+OK", StringComparison.Ordinal)];
        (string Name, string Value)[] wrong =
        [
            ("sha256$unreadable", "garbage"), ("sha256$kind", "{\"type\":\"other\"}"), ("sha256$team", "{\"type\":\"secret\",\"team_id\":77,\"api_token\":\"phc_x\"}"),
            ("sha256$stranger", "{\"type\":\"secret\",\"team_id\":1}"), ("sha256$key", text), ("sha256$project", "{\"type\":\"project_secret\",\"team_id\":1,\"key_id\":\"gone\",\"scopes\":null}"),
        ];
        foreach (var (name, value) in wrong)
        {
            await redis.SendAsync($"SET posthog:auth_token:{name} '{value}'");
        }

        await Job<VerifyAuthRecords>().RunAsync(default);
        foreach (var (name, _) in wrong)
        {
            Assert.False(await ExistsAsync("posthog:auth_token:" + name), name);
        }

        Assert.Equal(3, await NumberAsync($"EXISTS {string.Join(' ', right)}"));

        // A scope that was taken away behind everybody's back.
        await redis.SendAsync($"SET {right[1]} '{text.Replace("feature_flag:read", "*", StringComparison.Ordinal)}'");
        await Job<VerifyAuthRecords>().RunAsync(default);
        Assert.False(await ExistsAsync(right[1]));
    }

    [Fact]
    public async Task A_rebuild_that_cannot_read_the_group_types_keeps_what_there_is()
    {
        var updates = server.Services.GetRequiredService<TeamUpdates>();
        var tag = (await server.GetAsync("/flags/definitions", server.Tokens.Secret)).Headers.ETag;
        var shared = await redis.SendAsync($"GET {Definitions}");
        await PostgresServer.ExecuteAsync(database, "alter table posthog_grouptypemapping rename to hidden");
        Assert.False(await updates.RebuildAsync(1, null, default));
        await Job<VerifyDocuments>().RunAsync(default);
        var answer = await server.GetAsync("/flags/definitions", server.Tokens.Secret);
        Assert.Equal(tag, answer.Headers.ETag);
        Assert.Equal("company", (await answer.ReadJsonAsync()).GetProperty("group_type_mapping").GetProperty("0").GetString());
        Assert.Equal(shared, await redis.SendAsync($"GET {Definitions}"));

        await PostgresServer.ExecuteAsync(database, "alter table hidden rename to posthog_grouptypemapping");
        await EventuallyAsync(() => updates.RebuildAsync(1, null, default));
        Assert.Equal(tag, (await server.GetAsync("/flags/definitions", server.Tokens.Secret)).Headers.ETag);
    }

    [Fact]
    public async Task Jobs_give_up_while_redis_is_down_and_leave_records_alone_while_the_database_is()
    {
        await using var own = await PostgresServer.StartNewAsync();
        await using var other = await FlagsServer.StartAsync(await own.CreateDatabaseAsync(), settings: ["--ConnectionStrings:Redis", redis.ConnectionString]);
        await redis.SendAsync("SET posthog:auth_token:sha256$some '{\"type\":\"secret\",\"team_id\":77}'");
        await redis.SendAsync($"ZADD {Sets[0]} 1 77");
        own.Kill();
        foreach (var job in other.Services.GetRequiredService<IEnumerable<IUpkeepJob>>().Where(job => job is not VerifyDocuments))
        {
            await job.RunAsync(default);
        }

        Assert.True(await ExistsAsync("posthog:auth_token:sha256$some"));
        Assert.Contains("77", await redis.SendAsync($"ZRANGE {Sets[0]} 0 -1"), StringComparison.Ordinal);
        redis.Kill();
        foreach (var job in server.Services.GetRequiredService<IEnumerable<IUpkeepJob>>())
        {
            await Assert.ThrowsAsync<CacheUnavailableException>(() => job.RunAsync(default));
        }
    }

    private T Job<T>()
        where T : IUpkeepJob => server.Services.GetRequiredService<IEnumerable<IUpkeepJob>>().OfType<T>().Single();

    private async Task SettleAsync() =>
        await EventuallyAsync(async () => (await server.Services.GetRequiredService<IOutbox>().ReadPendingAsync(1, default)).Count == 0);

    private async Task<bool> ExistsAsync(string name) => await NumberAsync($"EXISTS {name}") == 1;

    private async Task<long> NumberAsync(string command)
    {
        var reply = await redis.SendAsync(command);
        return long.Parse(reply[1..reply.IndexOf('\r', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
    }

    private static async Task EventuallyAsync(Func<Task<bool>> isSo)
    {
        for (var attempt = 0; !await isSo(); attempt++)
        {
            Assert.True(attempt < 600, "still not so");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
