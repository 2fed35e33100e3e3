using Xunit;

namespace FlagsService.TestKit.Leaks;

/// <summary>Around all tests of an assembly: at their end no secret may have been seen anywhere.</summary>
public sealed class LeakCheck : IAsyncLifetime
{
    /// <inheritdoc />
    public ValueTask InitializeAsync()
    {
        LeakWatch.Current.Listen();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        if (LeakWatch.Current.Findings.Count > 0)
        {
            // The runner says that the clean-up failed, and not why.
            File.WriteAllLines(Path.Combine(AppContext.BaseDirectory, "leaks.txt"), LeakWatch.Current.Findings);
        }

        LeakWatch.Current.Verify();
        return ValueTask.CompletedTask;
    }
}
