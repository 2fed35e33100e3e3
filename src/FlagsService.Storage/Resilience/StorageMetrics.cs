using System.Diagnostics.Metrics;

namespace FlagsService.Storage.Resilience;

/// <summary>Counters of the stores of record.</summary>
internal static class StorageMetrics
{
    private static readonly Meter Meter = new("FlagsService");

    private static readonly Counter<long> DatabaseErrors = Meter.CreateCounter<long>("flags_database_error_total", description: "Readings that the database did not answer, by error");

    internal static void Count(Exception exception) => DatabaseErrors.Add(1, new KeyValuePair<string, object?>("error", StoreTrouble.Code(exception)));
}
