namespace FlagsService.HyperCache.Invalidation;

/// <summary>Changes that writers announced in their own transactions.</summary>
public interface IOutbox
{
    /// <summary>Announcements that are due, oldest first.</summary>
    Task<IReadOnlyList<TeamChange>> ReadPendingAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Marks announcements as carried out.</summary>
    Task CompleteAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken);

    /// <summary>Puts announcements off after a failure, longer with each attempt.</summary>
    Task RetryLaterAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken);

    /// <summary>Deletes announcements carried out more than a day ago, but each team's newest: its id is the team's revision.</summary>
    Task CleanUpAsync(CancellationToken cancellationToken);

    /// <summary>Completes when something was announced, at the latest after <paramref name="patience"/>.</summary>
    /// <returns>What was heard of directly: an announcement may have been carried out by another server before this one reads it. Null when listening began only now, and some may have been missed.</returns>
    Task<IReadOnlyCollection<TeamMessage>?> WaitAsync(TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>Lets every server that listens hear of a team once more, where the store can do that.</summary>
    Task NotifyAsync(int teamId, CancellationToken cancellationToken);
}
