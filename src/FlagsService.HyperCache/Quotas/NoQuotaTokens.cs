namespace FlagsService.HyperCache.Quotas;

/// <summary>Nothing to move where nobody is limited.</summary>
public sealed class NoQuotaTokens : IQuotaTokens
{
    /// <inheritdoc/>
    public bool IsConfigured => false;

    /// <inheritdoc/>
    public ValueTask<bool> MoveAsync(QuotaTokenMove move, DateTimeOffset now, CancellationToken cancellationToken) => new(true);
}
