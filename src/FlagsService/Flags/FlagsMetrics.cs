using System.Diagnostics.Metrics;

namespace FlagsService.Flags;

/// <summary>Counters of the flag routes.</summary>
internal static class FlagsMetrics
{
    private static readonly Meter Meter = new("FlagsService");

    internal static Counter<long> Requests { get; } = Meter.CreateCounter<long>("flags_requests_total", description: "Flag requests answered, by status");

    internal static Histogram<double> Duration { get; } = Meter.CreateHistogram<double>("flags_requests_duration_ms", "ms", "Time from the handler's start to the answer");

    internal static Counter<long> Faults { get; } = Meter.CreateCounter<long>("flags_request_faults_total", description: "Flag requests answered with 5xx");

    internal static Counter<long> Timeouts { get; } = Meter.CreateCounter<long>("flags_request_timeout_total", description: "Flag requests that passed the deadline");

    internal static Counter<long> BodyTooLarge { get; } = Meter.CreateCounter<long>("flags_body_read_too_large_total", description: "Bodies over the limit");

    internal static Counter<long> FlagErrors { get; } = Meter.CreateCounter<long>("flags_flag_evaluation_error_total", description: "Answers in which a flag failed");

    internal static Counter<long> UnknownFlagKeys { get; } = Meter.CreateCounter<long>("missing_requested_flag_key", description: "Requested keys that name no flag");
}
