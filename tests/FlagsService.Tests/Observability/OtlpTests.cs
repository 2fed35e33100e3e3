using System.Diagnostics;
using FlagsService.Observability;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Leaks;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Observability;

public sealed class OtlpTests
{
    [Fact]
    public async Task Traces_and_metrics_reach_a_collector_that_is_named_and_hold_no_secret()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var secret = LeakWatch.MadeUp("_traced");
        var postgres = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var server = await FlagsServer.StartAsync(postgres, settings: [.. Named(collector.Address), "--OTEL_TRACES_SAMPLER_ARG", "1"]);
        using (var request = new HttpRequestMessage(HttpMethod.Get, $"/flags/definitions?token={secret}"))
        {
            request.Headers.TryAddWithoutValidation("tracestate", "vendor=" + secret);
            request.Headers.TryAddWithoutValidation("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            request.Headers.TryAddWithoutValidation("User-Agent", secret);
            await server.Client.SendAsync(request);
        }

        await server.GetAsync($"/array/{secret}/config");
        await server.GetAsync("/_liveness");
        await server.PostAsync("/flags/?v=2", new { token = server.Tokens.Secret, distinct_id = "u" });

        var traces = await collector.WaitForAsync("/v1/traces", "POST /flags", "GET /flags/definitions", "GET /array/{token}/config", "flags-service", "http.response.status_code", "secret_api_token_invalid");
        var metrics = await collector.WaitForAsync("/v1/metrics", "flags_requests_total", "http.server.request.duration", "flags-service");
        await server.DisposeAsync();
        foreach (var sent in new[] { traces, metrics, collector.All("/v1/traces"), collector.All("/v1/metrics") })
        {
            Assert.DoesNotContain(LeakWatch.Marker, sent, StringComparison.Ordinal);
            Assert.DoesNotContain(server.Tokens.Secret![4..], sent, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("_liveness", collector.All("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("select", traces, StringComparison.Ordinal);
        var line = await server.Log.WaitForAsync("canonical_log_line", entry => entry.GetProperty("route").ValueEquals("/flags/definitions"));
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", line.GetProperty("trace_id").GetString());
    }

    [Fact]
    public async Task A_collector_that_does_not_answer_costs_no_request_and_no_long_shutdown()
    {
        await using var server = await FlagsServer.StartAsync(settings: [.. Named("http://127.0.0.1:9"), "--OTEL_TRACES_SAMPLER_ARG", "1"]);
        for (var i = 0; i < 20; i++)
        {
            Assert.True((await server.PostAsync("/flags/?v=2", new { token = server.Tokens.Public, distinct_id = "u" })).IsSuccessStatusCode);
        }

        var began = Stopwatch.GetTimestamp();
        await server.DisposeAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 15);
    }

    [Fact]
    public async Task Nothing_of_it_is_there_when_no_collector_is_named()
    {
        await using var server = await FlagsServer.StartAsync();
        Assert.Null(server.Services.GetService<OtlpExport>());
    }

    [Theory]
    [InlineData("", false, false, 0.001)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317", true, true, 0.001)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317;OTEL_SDK_DISABLED=true", false, false, 0.001)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317;OTEL_TRACES_EXPORTER=none", false, true, 0.001)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://c:4317", false, true, 0.001)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://c:4317;OTEL_TRACES_SAMPLER_ARG=0.5", true, false, 0.5)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://c:4317;OTEL_TRACES_SAMPLER_ARG=7", true, false, 0.001)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://c:4317;OTEL_TRACES_SAMPLER=always_on", true, false, null)]
    public void The_standard_variables_decide(string variables, bool traces, bool metrics, double? ratio)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(variable => variable.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1]))).Build();
        Assert.Equal(new OtlpSettings(traces, metrics, ratio), OtlpSettings.Read(configuration));
    }

    [Fact]
    public void A_span_loses_its_secrets_or_is_not_sent()
    {
        using var source = new ActivitySource(LeakWatch.ProofSource + ".Redaction");
        using var listener = new ActivityListener { ShouldListenTo = one => one == source, Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(listener);
        using var redaction = new TraceRedaction();
        using var kept = source.CreateActivity("GET /phs_name", ActivityKind.Server)!;
        kept.SetTag("url.query", "?token=phs%5Fabc").SetTag("count", 3).SetTag("plain", "text").SetStatus(ActivityStatusCode.Error, "failed for phx_abc");
        redaction.OnEnd(kept);
        Assert.Equal(("GET /phs_<redacted>", "?token=phs_<redacted>", "failed for phx_<redacted>"), (kept.DisplayName, kept.GetTagItem("url.query"), kept.StatusDescription));
        Assert.Equal((3, "text", true), ((int)kept.GetTagItem("count")!, kept.GetTagItem("plain"), kept.Recorded));
        kept.SetStatus(ActivityStatusCode.Unset);

        using var dropped = source.CreateActivity("work", ActivityKind.Server)!;
        dropped.AddEvent(new ActivityEvent("exception", tags: new ActivityTagsCollection([new("exception.message", "phs_abc")])));
        redaction.OnEnd(dropped);
        Assert.False(dropped.Recorded);
    }

    private static string[] Named(string address) =>
    [
        "--OTEL_EXPORTER_OTLP_ENDPOINT", address, "--OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "--OTEL_EXPORTER_OTLP_TIMEOUT", "1000",
        "--OTEL_BSP_SCHEDULE_DELAY", "50", "--OTEL_METRIC_EXPORT_INTERVAL", "200",
    ];
}
