using System.Diagnostics.Metrics;
using FlagsService.HyperCache.Tiers;

namespace FlagsService.HyperCache;

/// <summary>Counters of the caches. Labels never hold a token.</summary>
internal static class CacheMetrics
{
    internal const string MeterName = "FlagsService";

    private static readonly Meter Meter = new(MeterName);

    internal static Counter<long> TeamCacheHit { get; } = Meter.CreateCounter<long>("flags_team_cache_hit_total", description: "Public tokens resolved, by whether a cache knew the team");

    internal static Counter<long> NegativeCacheHit { get; } = Meter.CreateCounter<long>("flags_team_negative_cache_hit_total", description: "Public tokens known to belong to nobody");

    internal static Counter<long> TokenValidationErrors { get; } = Meter.CreateCounter<long>("flags_token_validation_errors_total", description: "Tokens refused, by reason");

    internal static Counter<long> TeamReads { get; } = Meter.CreateCounter<long>("flags_db_team_reads_total", description: "Team rows read from the store of record");

    internal static Counter<long> HyperCacheReads { get; } = Meter.CreateCounter<long>("posthog_hypercache_get_from_cache", description: "Documents that were not in memory, by the tier that answered");

    internal static Counter<long> HyperCacheWrites { get; } = Meter.CreateCounter<long>("posthog_hypercache_sync", description: "Documents written to the shared tiers, by result");

    internal static Histogram<long> HyperCacheSizes { get; } = Meter.CreateHistogram(
        "posthog_hypercache_sync_size_bytes", "By", "Size of the documents written", tags: null,
        new InstrumentAdvice<long> { HistogramBucketBoundaries = [10_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000] });

    internal static Histogram<double> HyperCacheDurations { get; } = Meter.CreateHistogram(
        "posthog_hypercache_sync_duration_seconds", "s", "Time of a write to the shared tiers", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] });

    internal static Counter<long> HyperCacheDeletions { get; } = Meter.CreateCounter<long>("posthog_hypercache_operation", description: "Documents deleted from the shared tiers, by result");

    internal static Counter<long> RebuildsSkipped { get; } = Meter.CreateCounter<long>("posthog_hypercache_rebuild_skipped", description: "Documents that were kept because the rows to make them of could not be read");

    internal static Counter<long> StaleServed { get; } = Meter.CreateCounter<long>("flags_stale_served_total", description: "Answers from the last good value while the stores could not tell");

    internal static Counter<long> DefinitionProblems { get; } = Meter.CreateCounter<long>("posthog_flag_definitions_processing_error", description: "Stored definitions that could not be used");

    internal static void CountRead(DocumentKind kind, string result) => HyperCacheReads.Add(1, new("result", result), new("namespace", kind.Namespace), new("value", kind.Value));

    internal static void CountWrite(DocumentKind kind, bool isDone, int bytes, TimeSpan took)
    {
        HyperCacheWrites.Add(1, new("result", Result(isDone)), new("namespace", kind.Namespace), new("value", kind.Value));
        HyperCacheSizes.Record(bytes, new("namespace", kind.Namespace), new KeyValuePair<string, object?>("value", kind.Value));
        HyperCacheDurations.Record(took.TotalSeconds, new("namespace", kind.Namespace), new KeyValuePair<string, object?>("value", kind.Value));
    }

    internal static void CountDeletion(DocumentKind kind, bool isDone) =>
        HyperCacheDeletions.Add(1, [new("operation", "delete"), new("result", Result(isDone)), new("namespace", kind.Namespace), new("value", kind.Value)]);

    private static string Result(bool isDone) => isDone ? "success" : "failure";
}
