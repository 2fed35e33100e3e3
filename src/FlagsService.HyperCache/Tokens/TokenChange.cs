namespace FlagsService.HyperCache.Tokens;

/// <summary>A change of a team's tokens that was committed.</summary>
/// <param name="Before">The tokens before it.</param>
/// <param name="After">The tokens since.</param>
public sealed record TokenChange(TeamTokens Before, TeamTokens After)
{
    /// <summary>Revision of the team's row since; null where none is kept.</summary>
    public long? Revision { get; init; }

    /// <summary>False when there was nothing to do.</summary>
    public bool IsChange => Before != After;

    /// <summary>Tokens that the team held and no longer holds, in clear.</summary>
    public IReadOnlyList<string> Retired => [.. TokensOf(Before).Except(TokensOf(After), StringComparer.Ordinal)];

    /// <summary>The public token, where it is another one now.</summary>
    public IReadOnlyList<string> RetiredPublicTokens => Before.Public == After.Public ? [] : [Before.Public];

    /// <summary>Digests whose records may be out of date: a record holds the public token, so a reset concerns the secrets too.</summary>
    public IReadOnlyList<string> Digests => [.. TokensOf(Before).Select(token => TokenDigest.Of(token).Text)];

    /// <inheritdoc/>
    public override string ToString() => $"change of {After}";

    private static IEnumerable<string> TokensOf(TeamTokens team) => new[] { team.Public, team.Secret, team.SecretBackup }.OfType<string>();
}
