namespace FlagsService.HyperCache.Invalidation;

/// <summary>One announcement.</summary>
/// <param name="Id">Outbox id; orders changes.</param>
/// <param name="TeamId">The team; null when a change concerns tokens of no single team.</param>
/// <param name="Kind">What changed: a table's name or a kind of this service.</param>
/// <param name="Digests">Digests of tokens to forget.</param>
/// <param name="RetiredTokens">Public tokens that were the team's before the change.</param>
public sealed record TeamChange(long Id, int? TeamId, string Kind, IReadOnlyList<string> Digests, IReadOnlyList<string> RetiredTokens);
