namespace FlagsService.HyperCache.Teams;

/// <summary>A team as the store has it.</summary>
/// <param name="Team">The team.</param>
/// <param name="Revision">Orders two readings of it.</param>
public sealed record TeamRow(Team Team, long Revision);
