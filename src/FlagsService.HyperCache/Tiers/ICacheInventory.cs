namespace FlagsService.HyperCache.Tiers;

/// <summary>Looks after the shared cache as a whole: what is in it, what runs out, who looks. Only the upkeep jobs use it; all of it may throw <see cref="CacheUnavailableException"/>.</summary>
public interface ICacheInventory
{
    /// <summary>Whether there is a shared cache to look after.</summary>
    bool IsConfigured { get; }

    /// <summary>Whether the cache was filled since it last started empty.</summary>
    ValueTask<bool> IsFilledAsync(CancellationToken cancellationToken);

    /// <summary>Says that it is filled.</summary>
    ValueTask MarkFilledAsync(CancellationToken cancellationToken);

    /// <summary>Claims a job for one server: false when another has it.</summary>
    ValueTask<bool> TryClaimAsync(string job, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>What stands under some keys, in their order.</summary>
    ValueTask<IReadOnlyList<CacheMark>> ReadMarksAsync(IReadOnlyList<DocumentKey> keys, CancellationToken cancellationToken);

    /// <summary>Identifiers whose copy runs out before a time, soonest first.</summary>
    ValueTask<IReadOnlyList<string>> ReadExpiringAsync(DocumentKind kind, DateTimeOffset before, int limit, CancellationToken cancellationToken);

    /// <summary>A page of all identifiers of a kind, in order of expiry.</summary>
    ValueTask<IReadOnlyList<string>> ReadAllAsync(DocumentKind kind, int offset, int limit, CancellationToken cancellationToken);

    /// <summary>Takes identifiers off the list of a kind.</summary>
    ValueTask RemoveAsync(DocumentKind kind, IReadOnlyCollection<string> identifiers, CancellationToken cancellationToken);
}
