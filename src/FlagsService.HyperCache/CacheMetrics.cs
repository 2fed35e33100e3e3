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

    internal static Histogram<long> HyperCacheSizes { get; } = Meter.CreateHistogram<long>("posthog_hypercache_sync_size_bytes", unit: "By", description: "Size of the documents written");

    internal static Counter<long> StaleServed { get; } = Meter.CreateCounter<long>("flags_stale_served_total", description: "Answers from the last good value while the stores could not tell");

    internal static Counter<long> DefinitionProblems { get; } = Meter.CreateCounter<long>("posthog_flag_definitions_processing_error", description: "Stored definitions that could not be used");

    internal static void CountRead(DocumentKind kind, string result) => HyperCacheReads.Add(1, new("result", result), new("namespace", kind.Namespace), new("value", kind.Value));

    internal static void CountWrite(DocumentKind kind, bool isDone, int bytes)
    {
        HyperCacheWrites.Add(1, new("result", isDone ? "success" : "failure"), new("namespace", kind.Namespace), new("value", kind.Value));
        HyperCacheSizes.Record(bytes, new("namespace", kind.Namespace), new KeyValuePair<string, object?>("value", kind.Value));
    }
}
