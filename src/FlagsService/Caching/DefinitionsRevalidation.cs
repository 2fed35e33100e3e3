using FlagsService.HyperCache.FlagDefinitions;

namespace FlagsService.Caching;

/// <summary>Compares fingerprints of the teams in use with the store's every five seconds: what a lost message left stale does not stay so.</summary>
internal sealed partial class DefinitionsRevalidation(TeamUpdates updates, TimeProvider time, ILogger<DefinitionsRevalidation> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var team in await updates.FindStaleAsync(stoppingToken))
                {
                    await RefreshAsync(team, stoppingToken);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(logger, exception.GetType().Name);
            }
        }
    }

    // One team that cannot be read must not keep the others stale.
    private async Task RefreshAsync(int team, CancellationToken cancellationToken)
    {
        try
        {
            await updates.RefreshAsync(team, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Failed(logger, exception.GetType().Name);
        }
    }

    [LoggerMessage(EventId = 12, Level = LogLevel.Warning, Message = "Fingerprints could not be compared ({Trouble})")]
    private static partial void Failed(ILogger logger, string trouble);
}
