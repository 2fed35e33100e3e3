using FlagsService.HyperCache;

namespace FlagsService.Http;

/// <summary>The time that one request has: four and a half seconds from its start, of which all stores and retries together get the first four. Reused: no work that outlives the request may keep its tokens.</summary>
internal sealed class RequestDeadline(RequestDeadlines owner) : IDisposable
{
    private static readonly TimeSpan Whole = TimeSpan.FromMilliseconds(4500);
    private readonly Lock gate = new();
    private CancellationTokenSource source = new();
    private long started;
    private TimeSpan allowed;
    private bool isRunning;

    /// <summary>For what comes before the stores: the queue and the body.</summary>
    internal CancellationToken Token => source.Token;

    /// <summary>For the stores; once it has been asked for, the shorter time counts.</summary>
    internal CancellationToken Storage
    {
        get
        {
            allowed = RequestBudget.Storage;
            return source.Token;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isRunning = false;
        }

        if (!source.TryReset())
        {
            source.Dispose();
            source = new CancellationTokenSource();
        }

        owner.Return(this);
    }

    internal void Start(long now)
    {
        lock (gate)
        {
            (started, allowed, isRunning) = (now, Whole, true);
        }
    }

    /// <summary>Cancels the tokens when the time is over.</summary>
    internal void Check(TimeProvider time, long now)
    {
        lock (gate)
        {
            if (isRunning && time.GetElapsedTime(started, now) >= allowed)
            {
                // Whoever waits goes on elsewhere, not on the thread that looks after all deadlines.
                _ = source.CancelAsync();
            }
        }
    }
}
