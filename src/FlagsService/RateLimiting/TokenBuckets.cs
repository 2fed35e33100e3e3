using System.Collections.Concurrent;

namespace FlagsService.RateLimiting;

/// <summary>Token buckets by key, at most so many. A bucket is one number, the time at which it will be full again, so spending is one exchange without a lock and a full bucket need not be kept.</summary>
internal sealed class TokenBuckets(TimeProvider time, int bound = TokenBuckets.DefaultBound)
{
    internal const int DefaultBound = 100_000;
    private const double KeptShare = 0.9;
    private readonly ConcurrentDictionary<UInt128, Bucket> buckets = new();
    private readonly Lock eviction = new();
    private int count;

    internal int Count => Volatile.Read(ref count);

    /// <summary>Takes one request out of a key's bucket, if it holds one.</summary>
    internal BucketAnswer Spend(UInt128 key, in BucketRate rate)
    {
        var now = time.GetTimestamp();
        var bucket = buckets.TryGetValue(key, out var known) ? known : Add(key, now);
        var period = Ticks(rate.Period);
        while (true)
        {
            var fullAt = Volatile.Read(ref bucket.FullAt);
            var after = Math.Max(fullAt, now) + period;
            var missing = after - now;
            if (missing > rate.Capacity * period)
            {
                return new BucketAnswer(BucketOutcome.Blocked, Seconds(missing - (rate.Capacity * period)));
            }

            if (Interlocked.CompareExchange(ref bucket.FullAt, after, fullAt) == fullAt)
            {
                return new BucketAnswer(rate.WarnAbove < rate.Capacity && missing > rate.WarnAbove * period ? BucketOutcome.Warned : BucketOutcome.Allowed);
            }
        }
    }

    /// <summary>Whole seconds until the bucket holds a request again; zero when it does now. Takes nothing.</summary>
    internal int WaitFor(UInt128 key, in BucketRate rate)
    {
        if (Count == 0 || !buckets.TryGetValue(key, out var bucket))
        {
            return 0;
        }

        var period = Ticks(rate.Period);
        var over = Volatile.Read(ref bucket.FullAt) + period - time.GetTimestamp() - (rate.Capacity * period);
        return over > 0 ? Seconds(over) : 0;
    }

    /// <summary>Drops the buckets that are full, which are as good as new ones.</summary>
    internal void DropFull()
    {
        var now = time.GetTimestamp();
        foreach (var (key, bucket) in buckets)
        {
            if (Volatile.Read(ref bucket.FullAt) <= now)
            {
                Remove(key);
            }
        }
    }

    private Bucket Add(UInt128 key, long now)
    {
        while (Interlocked.Increment(ref count) > bound)
        {
            Interlocked.Decrement(ref count);
            MakeRoom();
        }

        var added = new Bucket { FullAt = now };
        var bucket = buckets.GetOrAdd(key, added);
        if (bucket != added)
        {
            Interlocked.Decrement(ref count);
        }

        return bucket;
    }

    // The fullest leave first: they are those whose owners lose the least by starting anew, and who is being held back is never among them for want of use.
    private void MakeRoom()
    {
        lock (eviction)
        {
            if (Count < bound)
            {
                return;
            }

            DropFull();
            var excess = Count - (int)(bound * KeptShare);
            if (excess <= 0)
            {
                return;
            }

            var all = buckets.ToArray();
            var fullAt = Array.ConvertAll(all, static pair => Volatile.Read(ref pair.Value.FullAt));
            Array.Sort(fullAt, all);
            foreach (var (key, _) in all.AsSpan(0, Math.Min(excess, all.Length)))
            {
                Remove(key);
            }
        }
    }

    private void Remove(UInt128 key)
    {
        if (buckets.TryRemove(key, out _))
        {
            Interlocked.Decrement(ref count);
        }
    }

    private long Ticks(TimeSpan period) => Math.Max(1, (long)(period.Ticks * ((double)time.TimestampFrequency / TimeSpan.TicksPerSecond)));

    private int Seconds(long ticks) => (int)Math.Clamp((ticks + time.TimestampFrequency - 1) / time.TimestampFrequency, 1, int.MaxValue);

    private sealed class Bucket
    {
        internal long FullAt;
    }
}
