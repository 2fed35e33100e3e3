using System.Diagnostics.Metrics;
using FlagsService.HyperCache.Tiers;

namespace FlagsService.HyperCache;

/// <summary>Where the documents that SDKs were sent came from, and why they did not come from nearer.</summary>
internal static class DefinitionsMetrics
{
    private static readonly Meter Meter = new(CacheMetrics.MeterName);
    private static readonly KeyValuePair<string, object?> FromMemory = new("source", "memory");
    private static readonly Counter<long> Hits = Meter.CreateCounter<long>("flags_flag_definitions_cache_hit_total", description: "Definitions documents found in a cache, by the cache");
    private static readonly Counter<long> Misses = Meter.CreateCounter<long>("flags_flag_definitions_cache_miss_total", description: "Definitions documents not found in a shared cache, by reason");

    /// <summary>A warm request.</summary>
    internal static void InMemory() => Hits.Add(1, FromMemory);

    /// <summary>A shared tier had it.</summary>
    internal static void Shared(DocumentKind kind, string tier)
    {
        if (kind == DocumentKind.Definitions)
        {
            Hits.Add(1, new KeyValuePair<string, object?>("source", tier));
        }
    }

    /// <summary>A shared tier did not have it, or could not tell.</summary>
    internal static void NotShared(DocumentKind kind, string tier, bool isTrouble)
    {
        if (kind == DocumentKind.Definitions)
        {
            Misses.Add(1, new KeyValuePair<string, object?>("reason", isTrouble ? tier + "_error" : "cache_miss"));
        }
    }
}
