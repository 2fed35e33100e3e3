using System.Diagnostics.Metrics;

namespace FlagsService.RateLimiting;

/// <summary>Drops full buckets every minute, and tells how many there are.</summary>
internal sealed class LimitUpkeep : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);
    private readonly FlagsLimits flags;
    private readonly DefinitionsLimits definitions;
    private readonly RemoteConfigLimits remoteConfig;
    private readonly AuthenticationFailures failures;
    private readonly TimeProvider time;
    private readonly Meter meter = new("FlagsService");

    public LimitUpkeep(FlagsLimits flags, DefinitionsLimits definitions, RemoteConfigLimits remoteConfig, AuthenticationFailures failures, TimeProvider time)
    {
        (this.flags, this.definitions, this.remoteConfig, this.failures, this.time) = (flags, definitions, remoteConfig, failures, time);
        meter.CreateObservableGauge("flags_rate_limiter_ip_entries", () => flags.AddressCount, description: "Addresses with a bucket");
        meter.CreateObservableGauge("flags_rate_limiter_token_entries", () => flags.TokenCount, description: "Tokens with a bucket");
        meter.CreateObservableGauge("flags_rate_limiter_definitions_entries", () => definitions.Count, description: "Budgets of teams that are not full");
    }

    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            flags.DropFull();
            definitions.DropFull();
            remoteConfig.DropFull();
            failures.DropFull();
        }
    }
}
