using FlagsService.HyperCache.Tiers;
using FlagsService.Startup;

namespace FlagsService.Caching.Upkeep;

/// <summary>Runs the jobs that are due, each on the one server that claimed it. Without a shared cache there is nothing to do.</summary>
internal sealed partial class UpkeepSchedule(IEnumerable<IUpkeepJob> jobs, ICacheInventory inventory, StoreReadiness readiness, TimeProvider time, ILogger<UpkeepSchedule> logger) : BackgroundService
{
    private const double ClaimedShare = 0.9;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (inventory.IsConfigured)
        {
            await readiness.WaitAsync(stoppingToken);
            await Task.WhenAll(jobs.Select(job => RepeatAsync(job, stoppingToken)));
        }
    }

    private async Task RepeatAsync(IUpkeepJob job, CancellationToken cancellationToken)
    {
        // Spread, so that servers that start together do not all claim at once.
        var delay = job.Delay * (1 + (Random.Shared.NextDouble() * 0.2));
        while (true)
        {
            await Task.Delay(delay, time, cancellationToken);
            delay = job.Interval;
            try
            {
                if (await inventory.TryClaimAsync(job.Name, job.Interval * ClaimedShare, cancellationToken))
                {
                    await job.RunAsync(cancellationToken);
                    UpkeepMetrics.Count(job, isDone: true);
                }
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                UpkeepMetrics.Count(job, isDone: false);
                Failed(logger, job.Name, exception.GetType().Name);
            }
        }
    }

    [LoggerMessage(EventId = 14, Level = LogLevel.Warning, Message = "Cache upkeep {Job} gave up ({Trouble})")]
    private static partial void Failed(ILogger logger, string job, string trouble);
}
