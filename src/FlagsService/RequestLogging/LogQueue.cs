using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Serilog.Core;
using Serilog.Events;

namespace FlagsService.RequestLogging;

/// <summary>The bounded queue between requests and standard output, emptied by a thread of its own. A reader that stops reading costs lines, which are counted, and never a request.</summary>
/// <remarks>Whoever logs takes no lock, and wakes the thread only where it has had nothing to do: under load it comes by a hundred times a second and writes all that waits.</remarks>
internal sealed class LogQueue : ILogEventSink, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);
    private readonly ConcurrentQueue<LogItem> items = new();
    private readonly AutoResetEvent wake = new(false);
    private readonly Meter meter = new("FlagsService");
    private readonly LogOutput output;
    private readonly int capacity;
    private readonly Thread writer;
    private volatile bool isIdle;
    private volatile bool isStopping;
    private int count;
    private long dropped;

    public LogQueue(LogOutput output, LoggingOptions options)
    {
        this.output = output;
        capacity = options.QueueCapacity;
        meter.CreateObservableCounter("flags_log_events_dropped_total", () => Dropped, description: "Log events dropped because the queue was full or standard output failed");
        meter.CreateObservableGauge("flags_log_queue_length", () => count, description: "Log events that wait to be written");
        writer = new Thread(Run) { IsBackground = true, Name = "log" };
        writer.Start();
    }

    /// <summary>Events that found the queue full, or could not be written.</summary>
    internal long Dropped => Interlocked.Read(ref dropped);

    public void Emit(LogEvent logEvent) => Add(new LogItem(logEvent, null));

    internal void Write(CanonicalLine line) => Add(new LogItem(null, line));

    public void Dispose()
    {
        if (isStopping)
        {
            return;
        }

        isStopping = true;
        wake.Set();
        if (writer.Join(LastWords))
        {
            wake.Dispose();
        }

        meter.Dispose();
    }

    private void Add(in LogItem item)
    {
        if (Interlocked.Increment(ref count) > capacity)
        {
            Interlocked.Decrement(ref count);
            Interlocked.Increment(ref dropped);
            return;
        }

        items.Enqueue(item);

        // The thread says that it is idle and then looks once more; with the barrier one of the two sees the other.
        Interlocked.MemoryBarrier();
        if (isIdle)
        {
            wake.Set();
        }
    }

    private void Run()
    {
        while (true)
        {
            var isStoppingNow = isStopping;
            if (WriteAll())
            {
                wake.WaitOne(isStoppingNow ? TimeSpan.Zero : Pause);
                continue;
            }

            if (isStoppingNow)
            {
                return;
            }

            isIdle = true;
            Interlocked.MemoryBarrier();
            if (items.IsEmpty && !isStopping)
            {
                wake.WaitOne();
            }

            isIdle = false;
        }
    }

    /// <summary>Writes what waits; false when there was nothing.</summary>
    private bool WriteAll()
    {
        var written = 0;
        while (items.TryDequeue(out var item))
        {
            WriteOut(item);
            Interlocked.Decrement(ref count);
            written++;
        }

        return written > 0;
    }

    // Logging never throws into the program, and a closed standard output does not end the thread.
    private void WriteOut(in LogItem item)
    {
        try
        {
            output.Write(item);
            if (items.IsEmpty)
            {
                output.Flush();
            }
        }
        catch (Exception)
        {
            Interlocked.Increment(ref dropped);
        }
    }
}
