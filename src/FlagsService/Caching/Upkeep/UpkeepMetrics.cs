using System.Diagnostics.Metrics;

namespace FlagsService.Caching.Upkeep;

/// <summary>Counters of the upkeep jobs.</summary>
internal static class UpkeepMetrics
{
    private static readonly Meter Meter = new("FlagsService");

    internal static Counter<long> Runs { get; } = Meter.CreateCounter<long>("flags_cache_upkeep_runs_total", description: "Runs of the jobs that look after the shared cache, by job and result");

    internal static void Count(IUpkeepJob job, bool isDone) => Runs.Add(1, new("job", job.Name), new KeyValuePair<string, object?>("result", isDone ? "success" : "failure"));

    internal static Counter<long> RecordsUnverified { get; } =
        Meter.CreateCounter<long>("flags_auth_records_unverified_total", description: "Shared records of secrets left alone because the store could not be read");

    internal static Counter<long> RecordsDeleted { get; } =
        Meter.CreateCounter<long>("flags_auth_records_deleted_total", description: "Shared records of secrets deleted because the store says otherwise");
}
