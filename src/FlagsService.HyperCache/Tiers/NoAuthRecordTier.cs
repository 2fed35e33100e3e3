using FlagsService.HyperCache.Tokens;

namespace FlagsService.HyperCache.Tiers;

/// <summary>The tier where none is configured: skipped at no cost.</summary>
public sealed class NoAuthRecordTier : IAuthRecordTier
{
    /// <inheritdoc/>
    public ValueTask<StoreAnswer<AuthRecord>> GetAsync(TokenDigest digest, CancellationToken cancellationToken) => new(StoreAnswers.Unavailable<AuthRecord>("not_configured"));

    /// <inheritdoc/>
    public ValueTask<string?> ReadVersionAsync(int teamId, CancellationToken cancellationToken) => new((string?)null);

    /// <inheritdoc/>
    public ValueTask SetAsync(TokenDigest digest, AuthRecord record, string version, CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    public ValueTask<bool> ForgetAsync(int? teamId, IReadOnlyCollection<string> digests, CancellationToken cancellationToken) => new(true);
}
