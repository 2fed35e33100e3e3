using System.Diagnostics;
using System.Threading.RateLimiting;
using FlagsService.Http;

namespace FlagsService.Flags;

/// <summary>How many flag requests run at once, and how many may wait for their turn; beyond that the service says so at once.</summary>
internal sealed class FlagsConcurrency : IDisposable
{
    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions { PermitLimit = 1000, QueueLimit = 2000, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    /// <summary>A permit, waited for within the request's deadline; not acquired when too many wait already.</summary>
    internal ValueTask<RateLimitLease> EnterAsync(RequestDeadline deadline)
    {
        var lease = limiter.AttemptAcquire();
        return lease.IsAcquired ? new(lease) : WaitAsync(deadline);
    }

    public void Dispose() => limiter.Dispose();

    private async ValueTask<RateLimitLease> WaitAsync(RequestDeadline deadline)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            return await limiter.AcquireAsync(1, deadline.Token);
        }
        finally
        {
            FlagsMetrics.PermitWait.Record(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }
}
