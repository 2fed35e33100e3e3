using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Teams;

namespace FlagsService.Startup;

/// <summary>Brings the store up: migrations, and on an empty embedded store the first project. Tries until the database is there; the server answers meanwhile.</summary>
internal sealed partial class StorePreparation(
    IDatabaseMigrator migrator, IBootstrap bootstrap, ITeamStore teams, FirstStart firstStart, StoreReadiness readiness, TimeProvider time, ILogger<StorePreparation> logger) : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!await TryPrepareAsync(stoppingToken))
        {
            await Task.Delay(RetryInterval, time, stoppingToken);
        }

        readiness.SetReady();
        using var timer = new PeriodicTimer(ProbeInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            readiness.IsDegraded = (await teams.FindByIdAsync(0, stoppingToken)).IsUnavailable;
        }
    }

    private async Task<bool> TryPrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            var report = await migrator.MigrateAsync(cancellationToken);
            if (report.CreatedTables.Count > 0)
            {
                Created(logger, report.CreatedTables.Count);
            }

            if (!report.HasTriggers)
            {
                Polling(logger);
            }

            if (await bootstrap.CreateFirstProjectAsync(cancellationToken) is { } tokens)
            {
                firstStart.Announce(tokens);
            }

            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            Unreachable(logger, exception.GetType().Name, (exception as System.Data.Common.DbException)?.SqlState ?? "-", RetryInterval.TotalSeconds);
            return false;
        }
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Information, Message = "Created {Count} missing tables")]
    private static partial void Created(ILogger logger, int count);

    [LoggerMessage(EventId = 21, Level = LogLevel.Warning, Message = "This role may not create triggers: changes are found by polling every 5 s")]
    private static partial void Polling(ILogger logger);

    [LoggerMessage(EventId = 22, Level = LogLevel.Warning, Message = "The database is not ready ({Trouble}, sqlstate {SqlState}); trying again in {Seconds} s")]
    private static partial void Unreachable(ILogger logger, string trouble, string sqlState, double seconds);
}
