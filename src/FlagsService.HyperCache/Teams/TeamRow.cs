namespace FlagsService.HyperCache.Teams;

/// <summary>A team as the store has it.</summary>
/// <param name="Team">The team.</param>
/// <param name="Revision">Orders two readings of it.</param>
/// <param name="SecretDigests">Digests of its primary and backup secret; null where the row came from a shared copy, which knows nothing of secrets.</param>
public sealed record TeamRow(Team Team, long Revision, IReadOnlyList<string>? SecretDigests = null);
