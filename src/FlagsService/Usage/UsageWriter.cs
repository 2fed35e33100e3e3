using System.Diagnostics.Metrics;
using FlagsService.HyperCache.Usage;
using Microsoft.Extensions.Options;

namespace FlagsService.Usage;

/// <summary>Writes the counters again and again, and a last time when the server ends, after its last request.</summary>
internal sealed partial class UsageWriter : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(250);
    private readonly IUsageStore store;
    private readonly UsageOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<UsageWriter> logger;
    private readonly UsageLedger ledger;
    private readonly Meter meter = new("FlagsService");
    private long writtenAt;
    private long pendingRecords;
    private int pendingEntries;
    private bool isFailing;

    public UsageWriter(UsageCounters counters, IUsageStore store, IOptions<UsageOptions> options, TimeProvider time, ILogger<UsageWriter> logger)
    {
        (this.store, this.options, this.time, this.logger) = (store, options.Value, time, logger);
        ledger = new UsageLedger(counters, store, options.Value.BatchSize, time);
        writtenAt = time.GetTimestamp();
        meter.CreateObservableGauge("flags_billing_pending_entries", () => Volatile.Read(ref pendingEntries), description: "Counters that wait to be written");
        meter.CreateObservableGauge("flags_billing_pending_records", () => Interlocked.Read(ref pendingRecords), description: "Billable requests in them");
        meter.CreateObservableGauge("flags_billing_seconds_since_successful_flush", () => time.GetElapsedTime(Interlocked.Read(ref writtenAt)).TotalSeconds, description: "Time since all counters were written");
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(options.ShutdownTimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        while (!await WriteAsync(either.Token) && store.IsConfigured && !either.IsCancellationRequested)
        {
            await Task.Delay(RetryInterval, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (ledger.Records > 0 && store.IsConfigured)
        {
            UsageMetrics.Unflushed.Add(ledger.Records, UsageMetrics.Shutdown);
            Lost(logger, ledger.Records);
        }
    }

    public override void Dispose()
    {
        meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.FlushIntervalSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await WriteAsync(stoppingToken);
        }
    }

    private async ValueTask<bool> WriteAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var isWritten = false;
        try
        {
            ledger.Collect();
            isWritten = store.IsConfigured && await ledger.WriteAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Unexpected(logger, exception.GetType().Name);
        }
        catch (OperationCanceledException)
        {
            // The end of the process: the last write follows, or has run out of time. What was on its way keeps its number.
        }

        Volatile.Write(ref pendingEntries, ledger.Entries);
        Interlocked.Exchange(ref pendingRecords, ledger.Records);
        if (store.IsConfigured)
        {
            Report(isWritten, started);
        }

        return isWritten;
    }

    private void Report(bool isWritten, long started)
    {
        UsageMetrics.FlushDuration.Record(time.GetElapsedTime(started).TotalMilliseconds);
        if (isWritten)
        {
            Interlocked.Exchange(ref writtenAt, time.GetTimestamp());
        }
        else
        {
            UsageMetrics.FlushErrors.Add(1, new("error_type", "redis_unavailable"), new("outcome", "requeued"));
            if (!isFailing)
            {
                Failed(logger);
            }
        }

        isFailing = !isWritten;
    }

    [LoggerMessage(EventId = 41, Level = LogLevel.Warning, Message = "Usage could not be written; it is kept and written later")]
    private static partial void Failed(ILogger logger);

    [LoggerMessage(EventId = 42, Level = LogLevel.Error, Message = "The usage of {Count} requests could not be written before the end")]
    private static partial void Lost(ILogger logger, long count);

    [LoggerMessage(EventId = 43, Level = LogLevel.Error, Message = "Writing usage failed unexpectedly ({Trouble})")]
    private static partial void Unexpected(ILogger logger, string trouble);
}
