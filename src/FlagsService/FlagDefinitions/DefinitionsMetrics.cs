using System.Diagnostics.Metrics;

namespace FlagsService.FlagDefinitions;

/// <summary>Counters of the definitions routes.</summary>
internal static class DefinitionsMetrics
{
    private static readonly Meter Meter = new("FlagsService");

    internal static Counter<long> Authenticated { get; } =
        Meter.CreateCounter<long>("flags_flag_definitions_auth_total", description: "Requests for definitions that were let in, by kind of key");
}
