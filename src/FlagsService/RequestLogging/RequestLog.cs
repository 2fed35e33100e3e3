using System.Diagnostics;
using System.Diagnostics.Metrics;
using FlagsService.Http;
using Serilog.Core;
using Serilog.Events;

namespace FlagsService.RequestLogging;

/// <summary>One line a request, where the logger's level allows it; what costs time, putting it into words, happens on the logger's own thread.</summary>
internal sealed class RequestLog(Serilog.ILogger logger, LogQueue queue, ClientAddress clients, TimeProvider time)
{
    private static readonly Meter Meter = new("FlagsService");
    private static readonly Histogram<double> QueueTimes = Meter.CreateHistogram<double>("flags_queue_time_ms", "ms", "Time in front of the server, from X-Request-Start");
    private readonly Serilog.ILogger log = logger.ForContext(Constants.SourceContextPropertyName, LoggingRegistration.RequestSource);

    internal bool IsOn => log.IsEnabled(LogEventLevel.Information);

    internal CanonicalLine Begin(HttpContext context)
    {
        var request = context.Request;
        var line = new CanonicalLine
        {
            RequestId = RequestIds.Of(request),
            Method = request.Method,
            Route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText,
            ClientAddress = clients.Of(context),
            UserAgent = request.Headers.UserAgent,
            QueueTime = QueueTime.Of(request.Headers["X-Request-Start"], time.GetUtcNow()),
        };
        if (line.QueueTime is { } waited)
        {
            QueueTimes.Record(waited.TotalMilliseconds);
        }

        context.Features.Set(line);
        return line;
    }

    internal void End(CanonicalLine line, HttpContext context)
    {
        // Nobody got an answer who had gone before it began. Asked only where nothing was decided: the server makes a source of cancellation for whoever asks.
        var response = context.Response;
        var isGone = response.StatusCode == StatusCodes.Status200OK && !response.HasStarted && context.RequestAborted.IsCancellationRequested;
        line.Answered(isGone ? StatusCodes.Status499ClientClosedRequest : response.StatusCode, time.GetUtcNow(), Activity.Current);
        queue.Write(line);
    }
}
