namespace FlagsService.HyperCache.Quotas;

/// <summary>A project's tokens after a change, and those it has lost.</summary>
/// <param name="Current">Every token it has now; empty where the project is gone.</param>
/// <param name="Retired">Tokens it no longer has.</param>
/// <param name="RetiredDigests">Digests of tokens it had before, where the tokens themselves are not known any more. May name current ones too.</param>
public sealed record QuotaTokenMove(IReadOnlyCollection<string> Current, IReadOnlyCollection<string> Retired, IReadOnlyCollection<string> RetiredDigests)
{
    /// <summary>Says nothing of the tokens: what is printed by accident must not be a secret.</summary>
    public override string ToString() => $"{Current.Count} tokens, {Retired.Count + RetiredDigests.Count} retired";
}
