using FlagsService.HyperCache.Invalidation;
using FlagsService.Startup;

namespace FlagsService.Caching;

/// <summary>Carries out what writers announced, one job for each team however many announcements it has.</summary>
internal sealed partial class OutboxWorker(IOutbox outbox, TeamInvalidation invalidation, StoreReadiness readiness, TimeProvider time, ILogger<OutboxWorker> logger) : BackgroundService
{
    private const int BatchSize = 1000;
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

                foreach (var team in await outbox.WaitAsync(Patience, stoppingToken))
                {
                    await invalidation.ApplyAsync(team, stoppingToken);
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
            var isDone = await invalidation.ApplyAsync(team.Key, [.. team.SelectMany(change => change.Digests).Distinct(StringComparer.Ordinal)], cancellationToken);
            await (isDone ? outbox.CompleteAsync(ids, cancellationToken) : outbox.RetryLaterAsync(ids, cancellationToken));
        }

        return changes.Count;
    }

    [LoggerMessage(EventId = 11, Level = LogLevel.Warning, Message = "Announced changes could not be read ({Trouble}); trying again")]
    private static partial void Failed(ILogger logger, string trouble);
}
