using FlagsService.HyperCache.Quotas;
using Microsoft.Extensions.Options;

namespace FlagsService.Quotas;

/// <summary>Reads the limits again and again. What was read last stays in force while they cannot be read; at the start nobody is limited.</summary>
internal sealed partial class QuotaRefresh(IQuotaStore store, QuotaLimits limits, IOptions<QuotaOptions> options, TimeProvider time, ILogger<QuotaRefresh> logger) : BackgroundService
{
    private readonly QuotaResource[] resources = options.Value.SessionReplayCheck ? [QuotaResource.FeatureFlagRequests, QuotaResource.Recordings] : [QuotaResource.FeatureFlagRequests];
    private bool isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.RefreshIntervalSeconds), time);
        do
        {
            foreach (var resource in resources)
            {
                await RefreshAsync(resource, stoppingToken);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RefreshAsync(QuotaResource resource, CancellationToken cancellationToken)
    {
        var trouble = "unexpected";
        try
        {
            var answer = await store.ReadLimitedAsync(resource, time.GetUtcNow(), cancellationToken);
            if (!answer.IsUnavailable)
            {
                isFailing = false;
                if (answer.IsHit)
                {
                    limits.Replace(resource, answer.Value);
                }

                return;
            }

            trouble = answer.Trouble;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            trouble = exception.GetType().Name;
        }

        if (!isFailing)
        {
            isFailing = true;
            Failed(logger, trouble);
        }
    }

    [LoggerMessage(EventId = 40, Level = LogLevel.Warning, Message = "Quota limits could not be read ({Trouble}); the last ones stay in force until they can")]
    private static partial void Failed(ILogger logger, string? trouble);
}
