using System.Diagnostics;

namespace FlagsService.Storage.Tests;

/// <summary>Counts what Npgsql sends from this test: a batch is one.</summary>
internal sealed class CommandCounter : IDisposable
{
    private readonly ActivitySource source = new("command-counter");
    private readonly ActivityListener listener;
    private readonly Activity root;
    private int count;

    internal CommandCounter()
    {
        listener = new ActivityListener
        {
            ShouldListenTo = activities => activities.Name is "Npgsql" or "command-counter",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = activity =>
            {
                if (activity.Source.Name == "Npgsql" && activity.TraceId == root?.TraceId)
                {
                    Interlocked.Increment(ref count);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        root = source.StartActivity("test")!;
    }

    internal int Count => count;

    public void Dispose()
    {
        root.Dispose();
        listener.Dispose();
        source.Dispose();
    }
}
