using System.Diagnostics.Metrics;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Teams;

namespace FlagsService.Caching;

/// <summary>How full the caches in memory are. Counted when somebody asks.</summary>
internal sealed class CacheGauges : IHostedService, IDisposable
{
    private readonly Meter meter = new("FlagsService");

    public CacheGauges(DefinitionCaches definitions, TeamDirectory teams)
    {
        var (snapshots, documents) = (definitions.Snapshots, definitions.Definitions);
        meter.CreateObservableGauge("flags_definitions_inmem_cache_entries", () => snapshots.Count, description: "Teams whose compiled definitions are in memory");
        meter.CreateObservableGauge("flags_definitions_inmem_cache_size_bytes", () => snapshots.EstimatedBytes, "By", "Estimated size of the compiled definitions");
        meter.CreateObservableGauge("flags_flag_definitions_cache_entries", () => documents.Count, description: "Teams whose definitions document is in memory");
        meter.CreateObservableGauge("flags_flag_definitions_cache_size_bytes", () => documents.Bytes, "By", "Size of the definitions documents");
        meter.CreateObservableGauge("flags_team_cache_entries", () => teams.RowCount, description: "Public tokens whose team is in memory");
        meter.CreateObservableGauge("flags_team_negative_cache_entries", () => teams.NegativeCount, description: "Public tokens known to belong to nobody");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => meter.Dispose();
}
