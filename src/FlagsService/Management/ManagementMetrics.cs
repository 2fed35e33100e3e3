using System.Diagnostics.Metrics;

namespace FlagsService.Management;

/// <summary>Counters of the management routes.</summary>
internal static class ManagementMetrics
{
    private static readonly Meter Meter = new("FlagsService");

    internal static Counter<long> InvalidationFailures { get; } =
        Meter.CreateCounter<long>("token_invalidation_failures_total", description: "Steps after a token change that failed and are repeated, by step");
}
