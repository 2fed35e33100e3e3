using System.Diagnostics.Metrics;

namespace FlagsService.Usage;

/// <summary>Counters of the usage on its way to billing.</summary>
internal static class UsageMetrics
{
    private static readonly Meter Meter = new("FlagsService");

    internal static KeyValuePair<string, object?> Capacity { get; } = new("cause", "capacity");

    internal static KeyValuePair<string, object?> Shutdown { get; } = new("cause", "shutdown");

    internal static Counter<long> Records { get; } = Meter.CreateCounter<long>("flags_billing_records_total", description: "Billable requests, by kind");

    internal static Counter<long> Flushed { get; } = Meter.CreateCounter<long>("flags_billing_entries_flushed_total", description: "Counters written");

    internal static Counter<long> FlushErrors { get; } = Meter.CreateCounter<long>("flags_billing_flush_errors_total", description: "Writes that failed and are tried again");

    internal static Counter<long> Unflushed { get; } = Meter.CreateCounter<long>("flags_billing_unflushed_requests_total", description: "Billable requests that will not be written, by cause");

    internal static Histogram<double> FlushDuration { get; } = Meter.CreateHistogram<double>("flags_billing_flush_duration_ms", "ms", "Time of a write of all counters");
}
