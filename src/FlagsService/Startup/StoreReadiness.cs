using System.Diagnostics.Metrics;

namespace FlagsService.Startup;

/// <summary>Whether the store has answered once with its tables in place. Once true it stays so: a database that goes away later must not take every replica out.</summary>
internal sealed class StoreReadiness : IDisposable
{
    private readonly Meter meter = new("FlagsService");
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StoreReadiness() => meter.CreateObservableGauge("flags_store_degraded", () => IsDegraded ? 1 : 0, description: "1 while the database does not answer");

    internal bool IsReady => ready.Task.IsCompletedSuccessfully;

    /// <summary>The last look at the store failed.</summary>
    internal bool IsDegraded { get; set; }

    public void Dispose() => meter.Dispose();

    internal void SetReady() => ready.TrySetResult();

    internal Task WaitAsync(CancellationToken cancellationToken) => ready.Task.WaitAsync(cancellationToken);
}
