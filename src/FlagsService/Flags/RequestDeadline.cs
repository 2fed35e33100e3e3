namespace FlagsService.Flags;

/// <summary>The time a request has. The timer is made when something first waits: a warm request never does.</summary>
internal sealed class RequestDeadline(TimeSpan allowed, TimeProvider time, CancellationToken aborted) : IDisposable
{
    private readonly long started = time.GetTimestamp();
    private CancellationTokenSource? timer;
    private CancellationTokenSource? linked;

    /// <summary>Cancelled when the time is over or the client is gone.</summary>
    internal CancellationToken Token
    {
        get
        {
            if (linked is null)
            {
                var left = allowed - time.GetElapsedTime(started);
                timer = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
                linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, aborted);
            }

            return linked.Token;
        }
    }

    public void Dispose()
    {
        linked?.Dispose();
        timer?.Dispose();
    }
}
