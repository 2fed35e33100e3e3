namespace FlagsService.HyperCache.Tiers;

/// <summary>A place that servers share, between a server's memory and the store of record. Trouble is an answer, never an exception; each call has a deadline and a circuit breaker of the tier's own.</summary>
public interface IDocumentTier
{
    /// <summary>Short name for metrics: <c>redis</c> or <c>s3</c>.</summary>
    string Name { get; }

    /// <summary>Whether the tier keeps documents of a kind; one it does not keep is skipped at no cost.</summary>
    bool Holds(DocumentKind kind);

    /// <summary>The document, or its known absence, as a hit. What cannot be read is deleted and is a miss.</summary>
    ValueTask<StoreAnswer<CacheEntry>> GetAsync(DocumentKey key, CancellationToken cancellationToken);

    /// <summary>Stores a document or an absence unless a newer revision stands there.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="entry">What to store.</param>
    /// <param name="age">How long it may live, where the tier forgets by itself.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when the tier could not tell; true also when a newer one was kept.</returns>
    ValueTask<bool> SetAsync(DocumentKey key, CacheEntry entry, TimeSpan age, CancellationToken cancellationToken);

    /// <summary>Deletes whatever revision stands there; false when the tier could not tell.</summary>
    ValueTask<bool> DeleteAsync(DocumentKey key, CancellationToken cancellationToken);
}
