namespace FlagsService.Usage;

/// <summary>A number that requests add to and the writer takes from, without a lock. Once closed it takes nothing more, so nobody adds to a counter that was already written.</summary>
internal sealed class UsageCounter
{
    private const long Closed = -1;
    private long value;

    internal bool IsZero => Volatile.Read(ref value) <= 0;

    internal bool TryAdd()
    {
        var seen = Volatile.Read(ref value);
        while (seen != Closed)
        {
            var before = Interlocked.CompareExchange(ref value, seen + 1, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }

    internal long Take() => Interlocked.Exchange(ref value, 0);

    internal long Close() => Math.Max(0, Interlocked.Exchange(ref value, Closed));
}
