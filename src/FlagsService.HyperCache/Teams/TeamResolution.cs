using FlagsService.HyperCache.Tokens;

namespace FlagsService.HyperCache.Teams;

/// <summary>Whose token it is, or why it is nobody's.</summary>
/// <param name="Outcome">The decision.</param>
/// <param name="Team">Present exactly when <see cref="TokenOutcome.Accepted"/>.</param>
/// <param name="Credential">The record of the secret that was presented; null for a public token.</param>
/// <param name="Source">Where the team row came from: <c>memory</c>, <c>redis</c>, <c>fallback</c>, <c>negative_cache</c> or <c>pg_by_id</c>.</param>
public readonly record struct TeamResolution(TokenOutcome Outcome, Team? Team, AuthRecord? Credential, string Source);
