using System.Diagnostics.Metrics;

namespace FlagsService.FlagDefinitions;

/// <summary>Counters of the definitions routes.</summary>
internal static class DefinitionsMetrics
{
    private static readonly Meter Meter = new("FlagsService");

    internal static Counter<long> Authenticated { get; } =
        Meter.CreateCounter<long>("flags_flag_definitions_auth_total", description: "Requests for definitions that were let in, by kind of key");

    internal static Counter<long> Tags { get; } =
        Meter.CreateCounter<long>("flags_flag_definitions_etag_total", description: "Requests for definitions, by whether the tag they brought is the document's");

    internal static KeyValuePair<string, object?> TagHit { get; } = new("result", "hit");

    internal static KeyValuePair<string, object?> TagMiss { get; } = new("result", "miss");

    internal static KeyValuePair<string, object?> NoTag { get; } = new("result", "none");
}
