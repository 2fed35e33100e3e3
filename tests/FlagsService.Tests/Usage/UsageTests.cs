using System.Globalization;
using System.Net;
using Dapper;
using FlagsService.HyperCache.Archive;
using FlagsService.HyperCache.Invalidation;
using FlagsService.HyperCache.Usage;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using FlagsService.Usage;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace FlagsService.Tests.Usage;

public sealed class UsageTests : IAsyncLifetime
{
    private const string Evaluations = "posthog:decide_requests";
    private const string Definitions = "posthog:local_evaluation_requests";
    private const string Node = "posthog-node/5.1.0";
    private RedisServer redis = null!;

    public async ValueTask InitializeAsync() => redis = await RedisServer.StartNewAsync();

    public ValueTask DisposeAsync() => redis.DisposeAsync();

    [Fact]
    public async Task Evaluations_are_counted_by_team_and_sdk_and_nothing_else_is()
    {
        await using var server = await StartAsync();
        var token = server.Tokens.Public;
        await PostAsync(server, new { token, distinct_id = "u" }, Node);
        await PostAsync(server, new { token = server.Tokens.Secret, distinct_id = "u" }, "posthog-python/6.0");
        await PostAsync(server, new { token, distinct_id = "u", person_properties = new Dictionary<string, string> { ["$lib"] = "web" } }, Node);
        await PostAsync(server, new { token, distinct_id = "u" }, "Mozilla/5.0 (X11) Firefox/130.0");
        await PostAsync(server, new { token, distinct_id = "u" }, "posthog-cobol/1.0");
        await PostAsync(server, new { token, distinct_id = "u" }, null);

        // No usage: switched off, only survey flags, no flags, an explanation, errors, GET.
        await PostAsync(server, new { token, distinct_id = "u", disable_flags = true }, Node);
        await PostAsync(server, new { token, distinct_id = "u", flag_keys = new[] { "survey-targeting-x", "product-tour-targeting-y" } }, Node);
        await PostAsync(server, new { token, distinct_id = "u", flag_keys = Array.Empty<string>() }, Node);
        await PostAsync(server, new { token = server.Tokens.Secret, distinct_id = "u" }, Node, "&explain=true");
        await PostAsync(server, new { token = "phc_nobody", distinct_id = "u" }, Node);
        await PostAsync(server, new { token }, Node);
        await server.GetAsync("/flags?v=2");
        await WrittenAsync(server);

        Assert.Equal(6, await SumAsync($"{Evaluations}:1"));
        Assert.Equal([1, 1, 2, 2], await SumsAsync($"{Evaluations}:sdk:1:posthog-node", $"{Evaluations}:sdk:1:posthog-python", $"{Evaluations}:sdk:1:posthog-js", $"{Evaluations}:sdk:1:other"));
        Assert.Equal(0, await SumAsync($"{Definitions}:1"));
        var period = long.Parse((await redis.SendAsync($"HKEYS {Evaluations}:1")).Split("\r\n")[2], CultureInfo.InvariantCulture);
        Assert.InRange(period, (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 120) - 2, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 120);
    }

    [Fact]
    public async Task Documents_sent_are_counted_and_unchanged_ones_are_not()
    {
        await using var server = await StartAsync();
        var first = await GetAsync(server, Node, null);
        var tag = first.Headers.ETag!.Tag;
        await GetAsync(server, Node, tag);
        await GetAsync(server, Node, "\"old\"");
        await GetAsync(server, "curl/8", null);
        await server.GetAsync("/flags/definitions", "phs_nobody");
        await WrittenAsync(server);
        Assert.Equal([3, 2, 0], await SumsAsync($"{Definitions}:1", $"{Definitions}:sdk:1:posthog-node", $"{Definitions}:sdk:1:other"));
    }

    [Fact]
    public async Task A_document_of_survey_flags_alone_is_no_usage()
    {
        await using var server = await StartAsync();
        await using (var connection = new SqliteConnection($"Data Source={server.StoragePath}"))
        {
            await connection.ExecuteAsync("delete from posthog_featureflag where key = 'on'");
        }

        for (var attempt = 0; (await (await server.GetAsync("/flags/definitions", server.Tokens.Secret)).ReadJsonAsync()).GetProperty("flags").EnumerateArray().Any(flag => flag.GetProperty("key").ValueEquals("on")); attempt++)
        {
            Assert.True(attempt < 200, "the change was never seen");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        await WrittenAsync(server);
        var before = await SumAsync($"{Definitions}:1");
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, Node, null)).StatusCode);
        await WrittenAsync(server);
        Assert.Equal(before, await SumAsync($"{Definitions}:1"));
    }

    [Fact]
    public async Task Limited_projects_use_nothing()
    {
        await using var server = await StartAsync("--FlagsService:Quotas:RefreshIntervalSeconds", "0.1");
        await redis.SendAsync($"ZADD @posthog/quota-limits/feature_flag_requests +inf {server.Tokens.Public}");
        for (var attempt = 0; (await GetAsync(server, Node, "*")).StatusCode != HttpStatusCode.PaymentRequired; attempt++)
        {
            Assert.True(attempt < 200, "never limited");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        await PostAsync(server, new { token = server.Tokens.Public, distinct_id = "u" }, Node);
        await WrittenAsync(server);
        Assert.Equal(0, await SumAsync($"{Evaluations}:1") + await SumAsync($"{Definitions}:1"));
    }

    [Fact]
    public async Task Nothing_is_lost_or_counted_twice_while_Redis_is_away_or_slow()
    {
        await using var server = await StartAsync();
        await PostManyAsync(server, 20);
        await WrittenAsync(server);
        Assert.Equal(20, await SumAsync($"{Evaluations}:1"));

        // Calls time out, but what they carried is still done when the pause ends.
        await redis.SendAsync("CLIENT PAUSE 1500 ALL");
        await PostManyAsync(server, 30);
        await WrittenAsync(server);
        Assert.Equal(50, await SumAsync($"{Evaluations}:1"));

        redis.Kill();
        await PostManyAsync(server, 40);
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        await PostManyAsync(server, 5);
        await redis.StartAsync();
        await WrittenAsync(server);
        Assert.Equal([45, 45], await SumsAsync($"{Evaluations}:1", $"{Evaluations}:sdk:1:posthog-node"));
    }

    [Fact]
    public async Task The_last_counts_are_written_when_the_server_ends()
    {
        await using (var server = await StartAsync("--FlagsService:Usage:FlushIntervalSeconds", "3600"))
        {
            await PostManyAsync(server, 7);
            Assert.Equal(0, await SumAsync($"{Evaluations}:1"));
        }

        Assert.Equal(7, await SumAsync($"{Evaluations}:1"));
    }

    [Fact]
    public async Task Concurrent_requests_over_the_end_of_a_period_are_all_counted_once()
    {
        var time = new TestKit.Time.FakeTime();
        var store = new Sheet();
        var counters = new UsageCounters(Options.Create(new UsageOptions()), time);
        var ledger = new UsageLedger(counters, store, 200, time);
        var request = new DefaultHttpContext().Request;
        var adding = Task.Run(() => Parallel.For(0, 200_000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => counters.CountEvaluation(i % 300, request, default)));
        for (var i = 0; !adding.IsCompleted || i < 5; i++)
        {
            time.Advance(TimeSpan.FromSeconds(61));
            store.Fails = i % 3 == 1;
            ledger.Collect();
            await ledger.WriteAsync(default);
        }

        store.Fails = false;
        ledger.Collect();
        Assert.True(await ledger.WriteAsync(default));
        Assert.Equal(200_000, store.Total);
        Assert.Equal(0, ledger.Entries);
    }

    [Fact]
    public void Beyond_the_bound_new_counters_are_left_out_and_old_ones_go_on()
    {
        var counters = new UsageCounters(Options.Create(new UsageOptions { MaxPendingEntries = 10 }), TimeProvider.System);
        var request = new DefaultHttpContext().Request;
        for (var i = 0; i < 100; i++)
        {
            counters.CountEvaluation(i, request, default);
            counters.CountEvaluation(3, request, default);
        }

        Assert.Equal(10, counters.Open);
        var taken = new Dictionary<UsageKey, long>();
        counters.TakeInto(taken);
        Assert.Equal(101, taken.Where(pair => pair.Key.TeamId == 3).Sum(pair => pair.Value));
    }

    private async Task<FlagsServer> StartAsync(params string[] settings)
    {
        var server = await FlagsServer.StartAsync(settings: ["--ConnectionStrings:Redis", redis.ConnectionString, "--FlagsService:Usage:FlushIntervalSeconds", "0.1", .. settings]);
        const string filters = """{"groups":[{"properties":[],"rollout_percentage":100}]}""";
        var flags = new[] { EmbeddedServer.Flag(1, "on", filters), EmbeddedServer.Flag(2, "survey-targeting-x", filters), EmbeddedServer.Flag(3, "product-tour-targeting-y", filters) };
        await server.Services.GetRequiredService<IArchive>().ImportAsync(1, new ArchiveDocument { Flags = flags }, null, CancellationToken.None);
        while ((await server.Services.GetRequiredService<IOutbox>().ReadPendingAsync(1, CancellationToken.None)).Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        return server;
    }

    private static async Task PostAsync(FlagsServer server, object body, string? agent, string query = "") => await server.PostAsync("/flags/?v=2" + query, body, agent);

    private static async Task PostManyAsync(FlagsServer server, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var response = await server.PostAsync("/flags/?v=2", new { token = server.Tokens.Public, distinct_id = "u" }, Node);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    private static async Task<HttpResponseMessage> GetAsync(FlagsServer server, string agent, string? ifNoneMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/flags/definitions");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + server.Tokens.Secret);
        request.Headers.TryAddWithoutValidation("User-Agent", agent);
        request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        return await server.Client.SendAsync(request);
    }

    /// <summary>Waits until everything that was counted is written.</summary>
    private static async Task WrittenAsync(FlagsServer server)
    {
        var counters = server.Services.GetRequiredService<UsageCounters>();
        var store = server.Services.GetRequiredService<IUsageStore>();
        for (var attempt = 0; counters.IsIdle is false; attempt++)
        {
            Assert.True(attempt < 600 && store.IsConfigured, "usage was never written");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private async Task<List<long>> SumsAsync(params IReadOnlyList<string> hashes)
    {
        var sums = new List<long>();
        foreach (var hash in hashes)
        {
            sums.Add(await SumAsync(hash));
        }

        return sums;
    }

    private async Task<long> SumAsync(string hash) =>
        (await redis.SendAsync($"HVALS {hash}")).Split("\r\n").Skip(1).Where((line, i) => i % 2 == 1 && long.TryParse(line, out _)).Sum(line => long.Parse(line, CultureInfo.InvariantCulture));

    private sealed class Sheet : IUsageStore
    {
        private long last;

        internal bool Fails { get; set; }

        internal long Total { get; private set; }

        public bool IsConfigured => true;

        // A failure is the worst of its kind: the batch arrives, and only the answer is lost.
        public ValueTask<bool> AddAsync(string writer, long number, long period, IReadOnlyList<UsageIncrement> batch, CancellationToken cancellationToken)
        {
            if (number > last)
            {
                last = number;
                Total += batch.Sum(increment => increment.Count);
            }

            return new(!Fails);
        }
    }
}
