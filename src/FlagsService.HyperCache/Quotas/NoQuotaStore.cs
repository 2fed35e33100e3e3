namespace FlagsService.HyperCache.Quotas;

/// <summary>Nobody is over a quota where billing has no place to write it.</summary>
public sealed class NoQuotaStore : IQuotaStore
{
    /// <inheritdoc/>
    public ValueTask<StoreAnswer<IReadOnlyDictionary<string, long>>> ReadLimitedAsync(QuotaResource resource, DateTimeOffset now, CancellationToken cancellationToken) =>
        new(StoreAnswers.Miss<IReadOnlyDictionary<string, long>>());
}
