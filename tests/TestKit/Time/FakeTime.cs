namespace FlagsService.TestKit.Time;

/// <summary>A clock that stands where it is put. Timers and timestamps follow it.</summary>
public sealed class FakeTime : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<FakeTimer> timers = [];
    private DateTimeOffset now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => now;

    /// <inheritdoc />
    public override long GetTimestamp() => now.UtcTicks;

    /// <summary>Puts the clock somewhere, without running timers.</summary>
    public void Set(DateTimeOffset time) => now = time;

    /// <summary>Moves the clock on and runs the timers that come due.</summary>
    public void Advance(TimeSpan by)
    {
        now += by;
        FakeTimer[] due;
        lock (gate)
        {
            due = [.. timers.Where(timer => timer.Due <= now)];
        }

        foreach (var timer in due)
        {
            timer.Fire();
        }
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        lock (gate)
        {
            timers.Add(timer);
        }

        return timer;
    }

    private sealed class FakeTimer(FakeTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan period;

        internal DateTimeOffset Due { get; private set; } = DateTimeOffset.MaxValue;

        internal void Fire()
        {
            Due = period > TimeSpan.Zero ? time.now + period : DateTimeOffset.MaxValue;
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            period = newPeriod;
            Due = dueTime < TimeSpan.Zero ? DateTimeOffset.MaxValue : time.now + dueTime;
            return true;
        }

        public void Dispose()
        {
            lock (time.gate)
            {
                time.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
