using System.Diagnostics.Metrics;
using FlagsService.HyperCache.Management;
using FlagsService.Startup;

namespace FlagsService.RequestLogging;

/// <summary>Takes over the list of teams from the database every minute. A row that is missing, cannot be read or is wrong leaves the list as it is.</summary>
internal sealed partial class BodyLogRefresh(BodyLog log, IInstanceSettings settings, StoreReadiness readiness, TimeProvider time, ILogger<BodyLogRefresh> logger) : BackgroundService
{
    internal const string Key = "constance:posthog:FLAGS_LOG_BODIES_TEAMS";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);
    private static readonly Meter Meter = new("FlagsService");

    private static readonly Counter<long> Refreshes = Meter.CreateCounter<long>("flags_body_log_refresh_total", description: "Readings of the list of teams whose bodies are logged");

    internal async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var answer = await settings.ReadAsync(Key, cancellationToken);
        var isGood = !answer.IsUnavailable;
        if (answer.IsHit)
        {
            isGood = BodyLogTeams.TryParse(answer.Value, out var teams, out var fault);
            if (teams is null)
            {
                Rejected(logger, fault);
            }
            else
            {
                log.Teams = teams;
            }
        }

        Refreshes.Add(1, new KeyValuePair<string, object?>("result", isGood ? "success" : "failure"));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.WaitAsync(stoppingToken);

        // Spread, so that replicas started together do not ask together.
        await Task.Delay(Interval * Random.Shared.NextDouble(), time, stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await RefreshAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(EventId = 40, Level = LogLevel.Warning, Message = "The stored list of teams whose bodies are logged is not used: {Fault}")]
    private static partial void Rejected(ILogger logger, string fault);
}
