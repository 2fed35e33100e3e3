namespace FlagsService.HyperCache.Usage;

/// <summary>Requests to be added to the counters of a team.</summary>
/// <param name="TeamId">Whose requests.</param>
/// <param name="Kind">Which.</param>
/// <param name="Library">The SDK that made them; null to add to the team's total only.</param>
/// <param name="Count">How many.</param>
public readonly record struct UsageIncrement(int TeamId, UsageKind Kind, string? Library, long Count);
