namespace FlagsService.LoadTests.OpenLoop;

/// <summary>Starts something at fixed intervals and measures each from the time it should have begun.</summary>
internal sealed class Schedule(double perSecond, TimeProvider time)
{
    internal async Task<Latencies> RunAsync(int count, Func<int, Task<bool>> act)
    {
        var latencies = new Latencies(count);

        // A thread of its own: it sleeps between two requests, and must not wait for its turn among the answers.
        var started = await Task.Factory.StartNew(() => Start(count, act, latencies), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAll(started);
        return latencies;
    }

    private Task[] Start(int count, Func<int, Task<bool>> act, Latencies latencies)
    {
        var running = new Task[count];
        var start = time.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var (number, due) = (i, TimeSpan.FromSeconds(i / perSecond));
            var wait = due - time.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
            {
                PreciseWait.For(wait);
            }

            running[i] = Task.Run(() => MeasureAsync(number, start, due, act, latencies));
        }

        return running;
    }

    private async Task MeasureAsync(int number, long start, TimeSpan due, Func<int, Task<bool>> act, Latencies latencies)
    {
        var succeeded = await act(number);
        latencies.Record(number, time.GetElapsedTime(start) - due, succeeded);
    }
}
