namespace FlagsService.HyperCache.Invalidation;

/// <summary>What one server tells the others after it carried a change out.</summary>
/// <param name="TeamId">The team; null when the change concerns tokens of no single team.</param>
/// <param name="Digests">Digests of tokens to forget; never tokens.</param>
public sealed record TeamMessage(int? TeamId, IReadOnlyCollection<string> Digests);
