using System.Diagnostics.Metrics;
using FlagsService.Evaluation;
using FlagsService.Evaluation.Lookups;

namespace FlagsService.Flags;

/// <summary>Counters of the flag routes.</summary>
internal static class FlagsMetrics
{
    private static readonly Meter Meter = new("FlagsService");

    internal static Counter<long> Requests { get; } = Meter.CreateCounter<long>("flags_requests_total", description: "Flag requests answered, by status");

    internal static Histogram<double> Duration { get; } = Meter.CreateHistogram<double>("flags_requests_duration_ms", "ms", "Time from the handler's start to the answer");

    internal static Counter<long> Faults { get; } = Meter.CreateCounter<long>("flags_request_faults_total", description: "Flag requests answered with 5xx");

    internal static Counter<long> Timeouts { get; } = Meter.CreateCounter<long>("flags_request_timeout_total", description: "Flag requests that passed the deadline");

    internal static Counter<long> BodyReadFailed { get; } = Meter.CreateCounter<long>("flags_body_read_failed_total", description: "Bodies that broke off while they were read");

    internal static Counter<long> GzipExceeded { get; } = Meter.CreateCounter<long>("flags_gzip_output_exceeded_total", description: "Bodies over the limit once unpacked");

    internal static Histogram<double> PermitWait { get; } = Meter.CreateHistogram<double>("flags_concurrency_limit_wait_ms", "ms", "Time in the queue of requests that found no permit free");

    internal static Counter<long> BodyTooLarge { get; } = Meter.CreateCounter<long>("flags_body_read_too_large_total", description: "Bodies over the limit");

    internal static Counter<long> FlagErrors { get; } = Meter.CreateCounter<long>("flags_flag_evaluation_error_total", description: "Answers in which a flag failed");

    internal static Counter<long> UnknownFlagKeys { get; } = Meter.CreateCounter<long>("missing_requested_flag_key", description: "Requested keys that name no flag");

    private static readonly KeyValuePair<string, object?>[] Statuses = [.. Enumerable.Range(0, 600).Select(status => new KeyValuePair<string, object?>("status", status))];
    private static readonly Counter<long> Cookieless = Meter.CreateCounter<long>("flags_cookieless_requests_total", description: "Evaluations for the identifier that browsers without cookies share");
    private static readonly Counter<long> ContinuityRequests = Meter.CreateCounter<long>("flags_experience_continuity_requests_total", description: "Evaluations of flags that remember an identifier");
    private static readonly Counter<long> HashKeyResults = Meter.CreateCounter<long>("flags_hash_key_query_result_total", description: "Look-ups of remembered identifiers, by result");

    /// <summary>The label of a status, made once: a number in a label would be an allocation for each request.</summary>
    internal static KeyValuePair<string, object?> Labelled(int status) => Statuses[status];

    /// <summary>Counts what is uncommon about an evaluation: a caller without an identifier of its own, and identifiers that are remembered.</summary>
    internal static void CountEvaluated(EvaluationRequest evaluation, LookupPlan plan, LookupResult lookup)
    {
        if (evaluation.DistinctId.Span.SequenceEqual("$posthog_cookieless"u8))
        {
            Cookieless.Add(1);
        }

        if (!plan.NeedsHashKeyOverrides)
        {
            return;
        }

        ContinuityRequests.Add(1);
        HashKeyResults.Add(1, new KeyValuePair<string, object?>("result", lookup.HashKeyFailure is not null ? "error" : lookup.HashKeyOverrides is { Count: > 0 } ? "found" : "empty"));
    }
}
