using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace FlagsService.HyperCache.Memory;

/// <summary>A map in memory with a bound and an age for each entry. Reads take no lock; the least recently used entries leave when the bound is passed.</summary>
/// <typeparam name="TKey">Key.</typeparam>
/// <typeparam name="TValue">Value.</typeparam>
internal sealed class BoundedCache<TKey, TValue>(long bound, TimeProvider time, Func<TValue, long>? weigh = null, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
{
    private const double KeptShare = 0.9;
    private readonly ConcurrentDictionary<TKey, Entry> entries = new(comparer ?? EqualityComparer<TKey>.Default);
    private readonly Lock eviction = new();
    private long weight;

    internal int Count => entries.Count;

    internal long Weight => Interlocked.Read(ref weight);

    internal IEnumerable<TKey> Keys => entries.Keys;

    /// <summary>A value, whatever its age; <paramref name="isFresh"/> says whether it is still within it.</summary>
    internal bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value, out bool isFresh)
    {
        if (!entries.TryGetValue(key, out var entry))
        {
            value = default;
            isFresh = false;
            return false;
        }

        var now = time.GetTimestamp();
        entry.LastUsed = now;
        value = entry.Value;
        isFresh = now < entry.FreshUntil;
        return true;
    }

    /// <summary>A value, whatever its age, without counting as a use.</summary>
    internal bool TryPeek(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var isThere = entries.TryGetValue(key, out var entry);
        value = isThere ? entry!.Value : default;
        return isThere;
    }

    internal bool ContainsFresh(TKey key) => TryGet(key, out _, out var isFresh) && isFresh;

    internal void Set(TKey key, TValue value, TimeSpan age)
    {
        var now = time.GetTimestamp();
        var entry = new Entry(value, now + (long)(age.TotalSeconds * time.TimestampFrequency), weigh?.Invoke(value) ?? 1) { LastUsed = now };
        var before = 0L;
        entries.AddOrUpdate(
            key,
            static (_, added) => added,
            (_, old, added) =>
            {
                before = old.Weight;
                return added;
            },
            entry);
        if (Interlocked.Add(ref weight, entry.Weight - before) > bound)
        {
            Evict();
        }
    }

    internal bool Remove(TKey key)
    {
        if (!entries.TryRemove(key, out var entry))
        {
            return false;
        }

        Interlocked.Add(ref weight, -entry.Weight);
        return true;
    }

    /// <summary>Makes an entry stale: it is read again before it is used, and kept for the case that nobody can tell.</summary>
    internal void Expire(TKey key)
    {
        if (entries.TryGetValue(key, out var entry))
        {
            entry.FreshUntil = long.MinValue;
        }
    }

    internal void ExpireWhere(Func<TKey, TValue, bool> isDoubtful)
    {
        foreach (var (key, entry) in entries)
        {
            if (isDoubtful(key, entry.Value))
            {
                entry.FreshUntil = long.MinValue;
            }
        }
    }

    internal void ExpireAll() => ExpireWhere(static (_, _) => true);

    internal void Clear()
    {
        foreach (var key in entries.Keys)
        {
            Remove(key);
        }
    }

    private void Evict()
    {
        if (!eviction.TryEnter())
        {
            return;
        }

        try
        {
            var excess = Interlocked.Read(ref weight) - (long)(bound * KeptShare);
            foreach (var (key, entry) in entries.ToArray().OrderBy(pair => pair.Value.LastUsed))
            {
                if (excess <= 0)
                {
                    break;
                }

                excess -= entry.Weight;
                Remove(key);
            }
        }
        finally
        {
            eviction.Exit();
        }
    }

    private sealed class Entry(TValue value, long freshUntil, long weight)
    {
        internal TValue Value { get; } = value;

        internal long FreshUntil { get; set; } = freshUntil;

        internal long Weight { get; } = weight;

        internal long LastUsed { get; set; }
    }
}
