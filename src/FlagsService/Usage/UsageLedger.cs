using FlagsService.HyperCache.Usage;

namespace FlagsService.Usage;

/// <summary>What was counted and is not known to be written. One batch at a time is on its way and keeps its content until it has arrived; the rest waits. Belongs to one writer.</summary>
internal sealed class UsageLedger(UsageCounters counters, IUsageStore store, int batchSize, TimeProvider time)
{
    private readonly string writer = Guid.NewGuid().ToString("N");
    private Dictionary<UsageKey, long> waiting = [];
    private List<UsageIncrement> batch = [];
    private long batchPeriod;
    private long batchNumber;
    private bool isLate;

    internal int Entries => waiting.Count + batch.Count;

    /// <summary>Requests in those entries.</summary>
    internal long Records => waiting.Values.Sum() + batch.Sum(increment => increment.Count);

    /// <summary>Takes what was counted since.</summary>
    internal void Collect()
    {
        // Never seen as nothing to do between taking and noting what was taken.
        counters.Waiting = Entries + 1;
        var taken = new Dictionary<UsageKey, long>();
        counters.TakeInto(taken);
        foreach (var (key, count) in taken)
        {
            waiting[key] = waiting.GetValueOrDefault(key) + count;
            UsageMetrics.Records.Add(count, new KeyValuePair<string, object?>("request_type", key.Kind == UsageKind.Evaluation ? "decide" : "local_evaluation"));
        }

        if (isLate || !store.IsConfigured)
        {
            MoveToCurrentPeriod();
        }

        counters.Waiting = Entries;
    }

    /// <summary>Writes all of it; false when some had to stay.</summary>
    internal async ValueTask<bool> WriteAsync(CancellationToken cancellationToken)
    {
        isLate = true;
        if (batch.Count > 0 && !await SendAsync(cancellationToken))
        {
            return false;
        }

        foreach (var keys in waiting.Keys.GroupBy(key => key.Period).OrderBy(period => period.Key).SelectMany(period => period.Chunk(Math.Max(1, batchSize / 2))).ToArray())
        {
            batchNumber++;
            batchPeriod = keys[0].Period;
            foreach (var key in keys)
            {
                waiting.Remove(key, out var count);
                batch.Add(new UsageIncrement(key.TeamId, key.Kind, key.Library, count));
            }

            if (!await SendAsync(cancellationToken))
            {
                return false;
            }
        }

        isLate = false;
        return true;
    }

    private async ValueTask<bool> SendAsync(CancellationToken cancellationToken)
    {
        if (!await store.AddAsync(writer, batchNumber, batchPeriod, batch, cancellationToken))
        {
            return false;
        }

        UsageMetrics.Flushed.Add(batch.Count);
        batch = [];
        counters.Waiting = Entries;
        return true;
    }

    // Billing reads past periods and deletes them: what is added to one late could be deleted unread.
    private void MoveToCurrentPeriod()
    {
        var period = UsageKey.PeriodOf(time.GetUtcNow());
        batchPeriod = period;
        var moved = new Dictionary<UsageKey, long>(waiting.Count);
        foreach (var (key, count) in waiting)
        {
            var current = key with { Period = period };
            moved[current] = moved.GetValueOrDefault(current) + count;
        }

        waiting = moved;
    }
}
