using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Leaks;
using FlagsService.TestKit.Servers;
using FlagsService.TestKit.Sinks;
using Xunit;

namespace FlagsService.Tests.Leaks;

/// <summary>The watch itself: it can fail, for each of its sinks, and it does look at this assembly's servers.</summary>
public sealed class LeakWatchTests : IDisposable
{
    private readonly LeakWatch watch = new(static name => name == LeakWatch.ProofSource);

    public void Dispose() => watch.Dispose();

    [Theory]
    [InlineData("token phs_a")]
    [InlineData("phx_1")]
    [InlineData("?t=pha_x")]
    [InlineData("somewhere LEAKMARKER without its prefix")]
    public void A_secret_is_seen_and_fails_the_check(string text)
    {
        watch.Observe("log", text);
        Assert.StartsWith("log: ...", Assert.Single(watch.Findings), StringComparison.Ordinal);
        Assert.Throws<LeakException>(watch.Verify);
    }

    [Theory]
    [InlineData("phs_<redacted> phx_<redacted>")]
    [InlineData("phc_public alpha_flag")]
    [InlineData("sha256$0105d2a7")]
    public void What_is_no_secret_passes(string text)
    {
        watch.Observe("log", text);
        watch.Verify();
    }

    [Fact]
    public void Half_of_a_secret_that_a_store_made_is_seen_too()
    {
        watch.Add("phs_0123456789abcdefghijKLMNOPQRSTUVWXYZ");
        watch.Observe("log", "cut: s_0123456789abcdef");
        watch.Observe("log", "the rest: KLMNOPQRSTUVWXYZ");
        watch.Observe("log", "not enough to tell: 0123456789");
        Assert.Equal(2, watch.Findings.Count);
    }

    [Fact]
    public void Log_lines_metric_labels_and_traces_are_looked_at()
    {
        using var lines = new CapturedLines(watch);
        lines.Write("{\"message\":\"ph");
        lines.Write("s_secret\"}\n");
        using var meter = new Meter(LeakWatch.ProofSource);
        using var source = new ActivitySource(LeakWatch.ProofSource);
        watch.Listen();
        meter.CreateCounter<long>("proof").Add(1, new KeyValuePair<string, object?>("token", "phs_secret"));
        using (var activity = source.StartActivity("work"))
        {
            activity!.SetTag("url.query", "?token=phs_secret");
            activity.AddBaggage("who", "phx_secret");
            activity.AddEvent(new ActivityEvent("failed", tags: new ActivityTagsCollection([new("exception.message", "phs_secret")])));
        }

        Assert.Equal(["log", "metric", "trace", "trace", "trace"], watch.Findings.Select(finding => finding[..finding.IndexOf(':', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Redis_commands_and_keys_are_looked_at_but_not_the_quota_sets()
    {
        await using (var redis = await RedisServer.StartNewAsync(watch))
        {
            await redis.SendAsync("ZADD @posthog/quota-limits/events 1 phs_limited");
            await redis.SendAsync("SET harmless value");
            Assert.Empty(watch.Findings);
            await redis.SendAsync("SET posthog:auth_token:phs_secret value");
            for (var attempt = 0; watch.Findings.Count == 0; attempt++)
            {
                Assert.True(attempt < 200, "the command was not seen");
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            }
        }

        Assert.Equal(1, watch.Findings.Count(finding => finding.StartsWith("redis key", StringComparison.Ordinal)));
        Assert.Equal(3, watch.Seen("redis key"));
    }

    [Fact]
    public async Task What_servers_of_this_assembly_log_count_and_trace_is_looked_at_wherever_the_secret_stands()
    {
        var secret = LeakWatch.MadeUp("_nobody");
        var (logged, counted) = (LeakWatch.Current.Seen("log"), LeakWatch.Current.Seen("/metrics"));
        await using var redis = await RedisServer.StartNewAsync();
        await using (var server = await FlagsServer.StartAsync(settings: ["--ConnectionStrings:Redis", redis.ConnectionString, "--FlagsService:Logging:FrameworkLevel", "Verbose", "--FlagsService:Logging:BodyTeams", "1"]))
        {
            var own = server.Tokens.Secret!;
            foreach (var token in new[] { secret, own, "phx_" + LeakWatch.Marker })
            {
                foreach (var path in new[] { $"/flags/definitions?token={token}", $"/flags/definitions?token=%70hs%5F{token[4..]}", $"/array/{token}/config", $"/{token}", $"/flags?x={token}", "/flags/definitions" })
                {
                    await server.GetAsync(path, token, ifNoneMatch: token);
                }

                await server.PostAsync("/flags/?v=2", new { token, distinct_id = token, person_properties = new { key = token } }, userAgent: token);
                await server.PostAsync("/flags/?v=2", $$"""{"token":"\u0070hs_{{token[4..]}}","distinct_id":"u"}""");
                await server.PostAsync("/flags/?v=2", $"broken {token}");
            }

            Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/flags/?v=2", new { token = own, distinct_id = "u" })).StatusCode);
            await server.Log.WaitForAsync("logged");
            Assert.Contains(server.Log.Lines, line => line.Contains("?token=phs_<redacted>", StringComparison.Ordinal));
        }

        Assert.True(LeakWatch.Current.Seen("log") > logged + 20);
        Assert.True(LeakWatch.Current.Seen("/metrics") > counted);
        Assert.True(LeakWatch.Current.Seen("redis command") > 0);
        Assert.True(LeakWatch.Current.Seen("trace") > 0);
        LeakWatch.Current.Verify();
    }
}
