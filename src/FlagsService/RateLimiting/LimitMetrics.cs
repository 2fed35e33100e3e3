using System.Diagnostics.Metrics;

namespace FlagsService.RateLimiting;

/// <summary>Counters of the limiters. No label holds a token or an address.</summary>
internal static class LimitMetrics
{
    private static readonly Meter Meter = new("FlagsService");

    internal static Counter<long> Exceeded { get; } = Meter.CreateCounter<long>("flags_rate_limit_exceeded_total", description: "Flag requests near or over a limit");

    internal static Counter<long> Definitions { get; } = Meter.CreateCounter<long>("flags_flag_definitions_requests_total", description: "Definitions requests, by the budget they take from");

    internal static Counter<long> DefinitionsLimited { get; } = Meter.CreateCounter<long>("flags_flag_definitions_rate_limited_total", description: "Definitions requests refused, by budget");

    internal static Counter<long> DefinitionsBypassed { get; } = Meter.CreateCounter<long>("flags_flag_definitions_rate_limit_bypassed_total", description: "Definitions requests of teams without limits, by budget");

    internal static Counter<long> FailuresLimited { get; } = Meter.CreateCounter<long>("flags_authentication_failures_limited_total", description: "Requests refused because their address presented too many unknown secrets");
}
