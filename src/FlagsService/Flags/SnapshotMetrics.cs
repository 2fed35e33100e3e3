using System.Diagnostics;
using System.Diagnostics.Metrics;
using FlagsService.HyperCache;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.RequestLogging;

namespace FlagsService.Flags;

/// <summary>Whether evaluations found their compiled definitions in memory, and how long the others waited for them.</summary>
internal static class SnapshotMetrics
{
    private static readonly Meter Meter = new("FlagsService");
    private static readonly Counter<long> Hits = Meter.CreateCounter<long>("flags_definitions_inmem_cache_hit_total", description: "Evaluations whose compiled definitions were in memory");
    private static readonly Counter<long> Misses = Meter.CreateCounter<long>("flags_definitions_inmem_cache_miss_total", description: "Evaluations whose definitions had to be loaded");
    private static readonly Histogram<double> Loads = Meter.CreateHistogram<double>("flags_definitions_inmem_load_ms", "ms", "Time an evaluation waited for definitions to be loaded");

    /// <summary>Hands a reading on.</summary>
    internal static ValueTask<StoreAnswer<TeamSnapshot>> Count(ValueTask<StoreAnswer<TeamSnapshot>> reading, CanonicalLine? line)
    {
        if (reading.IsCompletedSuccessfully)
        {
            line?.FlagsSource = "memory";
            Hits.Add(1);
            return reading;
        }

        Misses.Add(1);
        return MeasureAsync(reading);
    }

    private static async ValueTask<StoreAnswer<TeamSnapshot>> MeasureAsync(ValueTask<StoreAnswer<TeamSnapshot>> reading)
    {
        var began = Stopwatch.GetTimestamp();
        var answer = await reading;
        Loads.Record(Stopwatch.GetElapsedTime(began).TotalMilliseconds, new KeyValuePair<string, object?>("outcome", answer.Status switch { StoreStatus.Hit => "success", StoreStatus.Miss => "missing", _ => "error" }));
        return answer;
    }
}
