using FlagsService.HyperCache;

namespace FlagsService.Http;

/// <summary>The time that one request has: four and a half seconds from its start, of which all stores and retries together get the first four. Reused: no work that outlives the request may keep its tokens.</summary>
internal sealed class RequestDeadline(RequestDeadlines owner, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Whole = TimeSpan.FromMilliseconds(4500);
    private CancellationTokenSource timer = New(time);
    private long started;
    private bool isStorage;

    /// <summary>For what comes before the stores: the queue and the body.</summary>
    internal CancellationToken Token => timer.Token;

    /// <summary>For the stores, from the first time on that it is asked for.</summary>
    internal CancellationToken Storage
    {
        get
        {
            if (!isStorage)
            {
                isStorage = true;
                var left = RequestBudget.Storage - time.GetElapsedTime(started);
                timer.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            }

            return timer.Token;
        }
    }

    public void Dispose()
    {
        if (!timer.TryReset())
        {
            timer.Dispose();
            timer = New(time);
        }

        owner.Return(this);
    }

    internal void Start()
    {
        isStorage = false;
        started = time.GetTimestamp();
        timer.CancelAfter(Whole);
    }

    private static CancellationTokenSource New(TimeProvider time) => new(Timeout.InfiniteTimeSpan, time);
}
