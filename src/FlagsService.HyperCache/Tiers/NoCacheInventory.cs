namespace FlagsService.HyperCache.Tiers;

/// <summary>The inventory where no shared cache is configured.</summary>
public sealed class NoCacheInventory : ICacheInventory
{
    /// <inheritdoc/>
    public bool IsConfigured => false;

    /// <inheritdoc/>
    public ValueTask<bool> IsFilledAsync(CancellationToken cancellationToken) => new(true);

    /// <inheritdoc/>
    public ValueTask MarkFilledAsync(CancellationToken cancellationToken) => default;

    /// <inheritdoc/>
    public ValueTask<bool> TryClaimAsync(string job, TimeSpan duration, CancellationToken cancellationToken) => new(false);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CacheMark>> ReadMarksAsync(IReadOnlyList<DocumentKey> keys, CancellationToken cancellationToken) => new([]);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ReadExpiringAsync(DocumentKind kind, DateTimeOffset before, int limit, CancellationToken cancellationToken) => new([]);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ReadAllAsync(DocumentKind kind, int offset, int limit, CancellationToken cancellationToken) => new([]);

    /// <inheritdoc/>
    public ValueTask RemoveAsync(DocumentKind kind, IReadOnlyCollection<string> identifiers, CancellationToken cancellationToken) => default;
}
