using System.Collections.Concurrent;
using FlagsService.Evaluation.Results;
using FlagsService.HyperCache.Usage;
using Microsoft.Extensions.Options;

namespace FlagsService.Usage;

/// <summary>Billable requests as they come, by team, kind, SDK and period.</summary>
internal sealed class UsageCounters(IOptions<UsageOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<UsageKey, UsageCounter> counters = new();
    private int open;
    private int waiting;

    /// <summary>Counters in use.</summary>
    internal int Open => Volatile.Read(ref open);

    /// <summary>Counters that were taken and wait to be written; they count for the bound.</summary>
    internal int Waiting
    {
        get => Volatile.Read(ref waiting);
        set => Volatile.Write(ref waiting, value);
    }

    /// <summary>Nothing is counted that was not written.</summary>
    internal bool IsIdle => counters.Values.All(counter => counter.IsZero) && Waiting == 0;

    /// <summary>Whether an evaluation counts: flags that only serve surveys and product tours are free.</summary>
    internal static bool IsBillable(EvaluationResults results)
    {
        foreach (var outcome in results.Outcomes)
        {
            if (!outcome.Flag.Key.StartsWith("survey-targeting-", StringComparison.Ordinal) && !outcome.Flag.Key.StartsWith("product-tour-targeting-", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    internal void CountEvaluation(int teamId, HttpRequest request, ReadOnlySpan<byte> personProperties) =>
        Count(new UsageKey(teamId, UsageKind.Evaluation, SdkLibrary.Of(request.Headers, personProperties), UsageKey.PeriodOf(time.GetUtcNow())));

    /// <summary>Counts a document sent; by SDK only where that is known.</summary>
    internal void CountDefinitions(int teamId, HttpRequest request)
    {
        var library = SdkLibrary.Of(request.Headers);
        Count(new UsageKey(teamId, UsageKind.Definitions, library == SdkLibrary.Other ? null : library, UsageKey.PeriodOf(time.GetUtcNow())));
    }

    /// <summary>Takes what was counted. Counters of past periods are closed.</summary>
    internal void TakeInto(Dictionary<UsageKey, long> target)
    {
        var period = UsageKey.PeriodOf(time.GetUtcNow());
        foreach (var (key, counter) in counters)
        {
            var count = key.Period == period ? counter.Take() : Close(key, counter);
            if (count > 0)
            {
                target[key] = target.GetValueOrDefault(key) + count;
            }
        }
    }

    private void Count(in UsageKey key)
    {
        while (true)
        {
            if (counters.TryGetValue(key, out var counter))
            {
                if (counter.TryAdd())
                {
                    return;
                }

                // Closed a moment ago, and about to leave.
                Remove(key, counter);
            }
            else if (Open + Waiting >= options.Value.MaxPendingEntries)
            {
                UsageMetrics.Unflushed.Add(1, UsageMetrics.Capacity);
                return;
            }
            else if (counters.TryAdd(key, new UsageCounter()))
            {
                Interlocked.Increment(ref open);
            }
        }
    }

    private long Close(in UsageKey key, UsageCounter counter)
    {
        var count = counter.Close();
        Remove(key, counter);
        return count;
    }

    private void Remove(in UsageKey key, UsageCounter counter)
    {
        if (counters.TryRemove(new KeyValuePair<UsageKey, UsageCounter>(key, counter)))
        {
            Interlocked.Decrement(ref open);
        }
    }
}
