using System.Collections.Concurrent;

namespace FlagsService.Http;

/// <summary>Deadlines that are not in use.</summary>
internal sealed class RequestDeadlines(TimeProvider time)
{
    private readonly ConcurrentQueue<RequestDeadline> free = [];

    /// <summary>The deadline of a request that starts now; it is given back by disposing of it.</summary>
    internal RequestDeadline Start()
    {
        var deadline = free.TryDequeue(out var used) ? used : new RequestDeadline(this, time);
        deadline.Start();
        return deadline;
    }

    internal void Return(RequestDeadline deadline) => free.Enqueue(deadline);
}
