using System.Collections.Concurrent;

namespace FlagsService.Http;

/// <summary>The deadlines of all requests. One timer looks after them together: setting and stopping one for each request costs more than anything else that a warm request does here.</summary>
internal sealed class RequestDeadlines : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly ConcurrentQueue<RequestDeadline> free = [];
    private readonly ConcurrentQueue<RequestDeadline> all = [];

    public RequestDeadlines(TimeProvider time)
    {
        this.time = time;
        timer = time.CreateTimer(static self => ((RequestDeadlines)self!).Check(), this, Interval, Interval);
    }

    public void Dispose() => timer.Dispose();

    /// <summary>The deadline of a request that starts now; it is given back by disposing of it.</summary>
    internal RequestDeadline Start()
    {
        if (!free.TryDequeue(out var deadline))
        {
            deadline = new RequestDeadline(this);
            all.Enqueue(deadline);
        }

        deadline.Start(time.GetTimestamp());
        return deadline;
    }

    internal void Return(RequestDeadline deadline) => free.Enqueue(deadline);

    private void Check()
    {
        var now = time.GetTimestamp();
        foreach (var deadline in all)
        {
            deadline.Check(time, now);
        }
    }
}
