using FlagsService.HyperCache.Tokens;

namespace FlagsService.HyperCache.Tiers;

/// <summary>The tier where none is configured: skipped at no cost.</summary>
public sealed class NoAuthRecordTier : IAuthRecordTier
{
    /// <inheritdoc/>
    public ValueTask<AuthTierAnswer> GetAsync(TokenDigest digest, CancellationToken cancellationToken) => new(AuthTierAnswer.Unavailable);

    /// <inheritdoc/>
    public ValueTask SetAsync(TokenDigest digest, AuthRecord record, string version, CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    public ValueTask<bool> ForgetAsync(IReadOnlyCollection<string> digests, CancellationToken cancellationToken) => new(true);

    /// <inheritdoc/>
    public ValueTask<(IReadOnlyList<(string Digest, AuthRecord? Record)> Records, long Next)> ScanAsync(long cursor, CancellationToken cancellationToken) => new(([], 0));
}
