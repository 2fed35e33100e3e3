using System.Globalization;
using System.Net;
using FlagsService.RequestLogging;
using FlagsService.TestKit.Host;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.RequestLogging;

public sealed class LogQueueTests
{
    private const string Metric = "flags_log_events_dropped_total ";

    [Fact]
    public async Task A_reader_that_stops_reading_costs_lines_which_are_counted_and_no_request()
    {
        using var blocked = new BlockedOutput();
        await using var server = await FlagsServer.StartAsync(
            configure: services => services.AddSingleton(_ => new LogOutput(blocked)), settings: ["--FlagsService:Logging:QueueCapacity", "5"]);
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/flags/?v=2", new { token = server.Tokens.Public, distinct_id = "u" })).StatusCode);
        }

        Assert.InRange(server.Services.GetRequiredService<LogQueue>().Dropped, 40, 60);
        var metrics = await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains(metrics.Split('\n'), line => line.StartsWith(Metric, StringComparison.Ordinal) && long.Parse(line[Metric.Length..], CultureInfo.InvariantCulture) >= 40);
        blocked.Release();
    }

    private sealed class BlockedOutput : StringWriter
    {
        private readonly ManualResetEventSlim open = new();

        internal void Release() => open.Set();

        public override void Write(ReadOnlySpan<char> buffer) => open.Wait();

        protected override void Dispose(bool disposing)
        {
            open.Set();
            base.Dispose(disposing);
        }
    }
}
