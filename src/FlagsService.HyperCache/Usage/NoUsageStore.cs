namespace FlagsService.HyperCache.Usage;

/// <summary>No place for usage: it stays in memory.</summary>
public sealed class NoUsageStore : IUsageStore
{
    /// <inheritdoc/>
    public bool IsConfigured => false;

    /// <inheritdoc/>
    public ValueTask<bool> AddAsync(string writer, long number, long period, IReadOnlyList<UsageIncrement> batch, CancellationToken cancellationToken) => new(false);
}
