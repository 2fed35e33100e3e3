using FlagsService.HyperCache.Invalidation;
using FlagsService.Startup;

namespace FlagsService.Caching;

/// <summary>Carries out what writers announced, one job for each team however many announcements it has.</summary>
internal sealed partial class OutboxWorker(
    IOutbox outbox, TeamInvalidation invalidation, IEnumerable<IChangeFollower> followers, StoreReadiness readiness, TimeProvider time, ILogger<OutboxWorker> logger) : BackgroundService
{
    private const int BatchSize = 1000;
    private const int SecondDeletionAttempts = 12;
    private static readonly TimeSpan SecondDeletion = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CleanUpInterval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.WaitAsync(stoppingToken);
        var cleanedUp = time.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await DrainAsync(stoppingToken) == BatchSize)
                {
                }

                if (time.GetElapsedTime(cleanedUp) > CleanUpInterval)
                {
                    await outbox.CleanUpAsync(stoppingToken);
                    cleanedUp = time.GetTimestamp();
                }

                if (await outbox.WaitAsync(Patience, stoppingToken) is not { } heard)
                {
                    invalidation.DoubtTokens();
                    continue;
                }

                foreach (var message in heard)
                {
                    await invalidation.HearAsync(message.TeamId, message.Digests, stoppingToken);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(logger, exception.GetType().Name);
                await Task.Delay(Patience, time, stoppingToken);
            }
        }
    }

    private async Task<int> DrainAsync(CancellationToken cancellationToken)
    {
        var changes = await outbox.ReadPendingAsync(BatchSize, cancellationToken);
        foreach (var team in changes.GroupBy(change => change.TeamId))
        {
            var ids = team.Select(change => change.Id).ToArray();
            var change = AnnouncedChange.Of(team.Key, [.. team]);
            if (!await TryCarryOutAsync(change, cancellationToken))
            {
                await outbox.RetryLaterAsync(ids, cancellationToken);
                continue;
            }

            await outbox.CompleteAsync(ids, cancellationToken);
            if (change.Digests.Count > 0)
            {
                _ = RepeatLaterAsync(change.Digests, cancellationToken);
                if (team.Key is { } id)
                {
                    // Another server that heard of the change first may have read a shared record again before it was deleted here.
                    await outbox.NotifyAsync(id, cancellationToken);
                }
            }
        }

        return changes.Count;
    }

    private async Task<bool> TryCarryOutAsync(AnnouncedChange change, CancellationToken cancellationToken)
    {
        try
        {
            var isDone = await invalidation.CarryOutAsync(change, cancellationToken);
            foreach (var follower in followers)
            {
                isDone &= await follower.FollowAsync(change, cancellationToken);
            }

            return isDone;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Failed(logger, exception.GetType().Name);
            return false;
        }
    }

    private async Task RepeatLaterAsync(IReadOnlyCollection<string> digests, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < SecondDeletionAttempts && !cancellationToken.IsCancellationRequested; attempt++)
        {
            await Task.Delay(SecondDeletion, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cancellationToken.IsCancellationRequested && await invalidation.RepeatAsync(digests, cancellationToken))
            {
                return;
            }
        }
    }

    [LoggerMessage(EventId = 11, Level = LogLevel.Warning, Message = "Announced changes could not be carried out ({Trouble}); trying again")]
    private static partial void Failed(ILogger logger, string trouble);
}
