using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FlagsService.HyperCache.Archive;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Invalidation;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Leaks;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Observability;

/// <summary>Counters belong to the process, so other tests may move them too: each is only expected to have moved at least as far.</summary>
public sealed class MetricsTests
{
    private const string Definitions = "/flags/definitions";

    [Fact]
    public async Task Definitions_requests_move_their_counters()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var server = await FlagsServer.StartAsync(settings: ["--ConnectionStrings:Redis", redis.ConnectionString, "--FlagsService:RateLimiting:Definitions:FullPerMinute", "3"]);
        while ((await server.Services.GetRequiredService<IOutbox>().ReadPendingAsync(1, CancellationToken.None)).Count > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        // What the first start announced was shared; here nothing is.
        await redis.SendAsync("FLUSHALL");
        await MovesAsync(
            server,
            async () =>
            {
                var tag = (await server.GetAsync(Definitions, server.Tokens.Secret)).Headers.ETag!.Tag;
                await server.GetAsync(Definitions, server.Tokens.Secret, tag);
                await server.GetAsync(Definitions, server.Tokens.Secret, "\"old\"");
                await server.GetAsync(Definitions, server.Tokens.Secret);
                Assert.Equal(HttpStatusCode.TooManyRequests, (await server.GetAsync(Definitions, server.Tokens.Secret)).StatusCode);
            },
            ("flags_flag_definitions_requests_total{budget=\"full\"}", 3),
            ("flags_flag_definitions_requests_total{budget=\"conditional\"}", 2),
            ("flags_flag_definitions_rate_limited_total{budget=\"full\"}", 1),
            ("flags_flag_definitions_auth_total{method=\"secret_api_key\"}", 5),
            ("flags_flag_definitions_etag_total{result=\"none\"}", 2),
            ("flags_flag_definitions_etag_total{result=\"hit\"}", 1),
            ("flags_flag_definitions_etag_total{result=\"miss\"}", 1),
            ("flags_flag_definitions_cache_hit_total{source=\"memory\"}", 3),
            ("flags_flag_definitions_cache_miss_total{reason=\"cache_miss\"}", 1),
            ("posthog_hypercache_get_from_cache{result=\"hit_db\",namespace=\"feature_flags\",value=\"flags_with_cohorts.json\"}", 1));
    }

    [Fact]
    public async Task Evaluations_move_their_counters()
    {
        await using var server = await FlagsServer.StartAsync();
        var flag = EmbeddedServer.Flag(1, "kept", """{"groups":[{"properties":[],"rollout_percentage":50}]}""") with { EnsureExperienceContinuity = true };
        await server.Services.GetRequiredService<IArchive>().ImportAsync(1, new ArchiveDocument { Flags = [flag] }, null, CancellationToken.None);
        await MovesAsync(
            server,
            async () =>
            {
                for (var i = 0; i < 20; i++)
                {
                    using var answer = await server.PostAsync("/flags/?v=2", new { token = server.Tokens.Public, distinct_id = "u" });
                    Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                }

                await server.PostAsync("/flags/?v=2", new { token = "phc_nobody", distinct_id = "u" });
                await server.PostAsync("/flags/?v=2", new { token = "phc_nobody", distinct_id = "u" });
                await server.PostAsync("/flags/?v=2", new { token = server.Tokens.Public, distinct_id = "$posthog_cookieless" });
                using var queued = new HttpRequestMessage(HttpMethod.Post, "/flags/?v=2") { Content = new StringContent("{}") };
                queued.Headers.Add("X-Request-Start", "t=1000");
                await server.Client.SendAsync(queued);
            },
            ("flags_requests_total{status=\"200\"}", 20),
            ("flags_requests_total{status=\"401\"}", 3),
            ("flags_requests_duration_ms_count", 23),
            ("flags_definitions_inmem_cache_miss_total", 1),
            ("flags_definitions_inmem_cache_hit_total", 19),
            ("flags_definitions_inmem_load_ms_count{outcome=\"success\"}", 1),
            ("flags_experience_continuity_requests_total", 1),
            ("flags_hash_key_query_result_total{result=\"empty\"}", 1),
            ("flags_team_cache_hit_total{cache_hit=\"true\"}", 19),
            ("flags_team_negative_cache_hit_total", 1),
            ("flags_token_validation_errors_total{reason=\"token_not_found\"}", 2),
            ("flags_cookieless_requests_total", 1),
            ("flags_queue_time_ms_count", 1));
    }

    [Fact]
    public async Task Bodies_that_cannot_be_taken_move_a_counter_each()
    {
        await using var server = await FlagsServer.StartAsync();
        await MovesAsync(
            server,
            async () =>
            {
                using var packed = new MemoryStream();
                await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
                {
                    await gzip.WriteAsync(new byte[5 * 1024 * 1024]);
                }

                Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await server.PostAsync("/flags/?v=2", new ByteArrayContent(packed.ToArray()))).StatusCode);
                Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await server.PostAsync("/flags/?v=2", new ByteArrayContent(new byte[(2 * 1024 * 1024) + 1]))).StatusCode);
                var answer = await SendBrokenAsync(server.Address);
                Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
                Assert.EndsWith("""{"type":"validation_error","code":"bad_request","detail":"Failed to read the request body.","attr":null}""", answer, StringComparison.Ordinal);
            },
            ("flags_gzip_output_exceeded_total", 1),
            ("flags_body_read_too_large_total", 1),
            ("flags_body_read_failed_total", 1));
    }

    [Fact]
    public async Task Shared_documents_and_the_pools_of_the_database_are_shown_without_connection_strings()
    {
        var postgres = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var redis = await RedisServer.StartNewAsync();
        await using var server = await FlagsServer.StartAsync(postgres, settings: ["--ConnectionStrings:Redis", redis.ConnectionString]);
        const string labels = "namespace=\"feature_flags\",value=\"flags_with_cohorts.json\"";
        await MovesAsync(
            server,
            async () =>
            {
                var updates = server.Services.GetRequiredService<TeamUpdates>();
                await UntilAsync(() => updates.RebuildAsync(1, revision: null, CancellationToken.None));
                await UntilAsync(() => updates.DeleteSharedAsync(1, CancellationToken.None));
            },
            ($"posthog_hypercache_sync{{result=\"success\",{labels}}}", 1),
            ($"posthog_hypercache_sync_size_bytes_bucket{{{labels},le=\"10000\"}}", 1),
            ($"posthog_hypercache_sync_duration_seconds_bucket{{{labels},le=\"5\"}}", 1),
            ($"posthog_hypercache_operation{{operation=\"delete\",result=\"success\",{labels}}}", 1));
        var text = await ReadAsync(server);
        Assert.Contains("\ndb_client_connection_max{db_client_connection_pool_name=\"main\"} 10\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndb_client_connection_count{db_client_connection_pool_name=\"persons\",db_client_connection_state=\"idle\"} ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("db_client_operation", text, StringComparison.Ordinal);
        foreach (var gauge in new[] { "flags_definitions_inmem_cache_entries", "flags_definitions_inmem_cache_size_bytes", "flags_flag_definitions_cache_entries", "flags_flag_definitions_cache_size_bytes", "flags_team_cache_entries", "flags_team_negative_cache_entries" })
        {
            Assert.Contains($"\n# TYPE {gauge} gauge\n{gauge} ", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_counted()
    {
        await using var postgres = await PostgresServer.StartNewAsync();
        await using var server = await FlagsServer.StartAsync(await postgres.CreateDatabaseAsync());
        await MovesAsync(
            server,
            async () =>
            {
                postgres.Kill();
                using var answer = await server.GetAsync(Definitions, LeakWatch.MadeUp("_unheardOf"));
                Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            },
            ("flags_database_error_total{error=\"database_unavailable\"}", 1));
    }

    // Counters that are written in the background may come a moment later.
    private static async Task MovesAsync(FlagsServer server, Func<Task> work, params (string Series, double By)[] expected)
    {
        var before = await ReadAsync(server);
        await work();
        for (var attempt = 0; ; attempt++)
        {
            var after = await ReadAsync(server);
            var missing = expected.Where(one => Value(after, one.Series) < Value(before, one.Series) + one.By).Select(one => one.Series).ToArray();
            if (missing.Length == 0)
            {
                return;
            }

            Assert.True(attempt < 200, string.Join('\n', missing));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    // A call of Redis that takes longer than it has, as the first one may on a busy machine, is made again.
    private static async Task UntilAsync(Func<Task<bool>> isDone)
    {
        for (var attempt = 0; !await isDone(); attempt++)
        {
            Assert.True(attempt < 200, "Redis was never reached");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    private static Task<string> ReadAsync(FlagsServer server) => server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

    private static double Value(string text, string series) =>
        text.Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal)) is { } line ? double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture) : 0;

    private static async Task<string> SendBrokenAsync(Uri address)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("POST /flags/?v=2 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\n{\"tok\r\nno length\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
