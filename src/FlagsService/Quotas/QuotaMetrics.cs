using System.Diagnostics.Metrics;

namespace FlagsService.Quotas;

/// <summary>Counters of what this service writes about quotas.</summary>
internal static class QuotaMetrics
{
    private static readonly Meter Meter = new("FlagsService");

    internal static Counter<long> TokenSyncFailures { get; } =
        Meter.CreateCounter<long>("quota_token_sync_failures_total", description: "Limits that could not be moved to a project's new tokens and are tried again");
}
