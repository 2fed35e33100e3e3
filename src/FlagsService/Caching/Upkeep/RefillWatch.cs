using FlagsService.HyperCache.Tiers;
using FlagsService.Startup;

namespace FlagsService.Caching.Upkeep;

/// <summary>Notices within seconds that the shared cache is empty, at the first start or after it lost everything, and fills it.</summary>
internal sealed partial class RefillWatch(VerifyDocuments documents, ICacheInventory inventory, StoreReadiness readiness, TimeProvider time, ILogger<RefillWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Claim = TimeSpan.FromSeconds(60);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!inventory.IsConfigured)
        {
            return;
        }

        await readiness.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (!await inventory.IsFilledAsync(stoppingToken) && await inventory.TryClaimAsync("fill", Claim, stoppingToken))
                {
                    Filled(logger, await documents.FixAsync(stoppingToken));
                    await inventory.MarkFilledAsync(stoppingToken);
                }
            }
            catch (CacheUnavailableException)
            {
                // Down is not empty: looked at again in a moment.
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(logger, exception.GetType().Name);
            }
        }
    }

    [LoggerMessage(EventId = 15, Level = LogLevel.Information, Message = "The shared cache was empty: filled with {Count} teams")]
    private static partial void Filled(ILogger logger, int count);

    [LoggerMessage(EventId = 16, Level = LogLevel.Warning, Message = "The shared cache could not be filled ({Trouble}); trying again")]
    private static partial void Failed(ILogger logger, string trouble);
}
