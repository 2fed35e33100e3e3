using System.Diagnostics.Metrics;
using Serilog.Sinks.Async;

namespace FlagsService.RequestLogging;

/// <summary>The bounded queue between requests and standard output. A reader that stops reading costs lines, which are counted, and never a request.</summary>
internal sealed class LogQueue : IAsyncLogEventSinkMonitor, IDisposable
{
    private readonly Meter meter = new("FlagsService");
    private IAsyncLogEventSinkInspector? inspector;

    /// <summary>Events that found the queue full.</summary>
    internal long Dropped => inspector?.DroppedMessagesCount ?? 0;

    /// <summary>Whether nothing waits behind the event that is being written.</summary>
    internal bool IsEmpty => inspector is not { Count: > 0 };

    public void StartMonitoring(IAsyncLogEventSinkInspector inspector)
    {
        this.inspector = inspector;
        meter.CreateObservableCounter("flags_log_events_dropped_total", () => Dropped, description: "Log events dropped because the queue was full");
        meter.CreateObservableGauge("flags_log_queue_length", () => inspector.Count, description: "Log events that wait to be written");
    }

    public void StopMonitoring(IAsyncLogEventSinkInspector inspector)
    {
    }

    public void Dispose() => meter.Dispose();
}
