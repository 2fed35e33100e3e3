namespace FlagsService.Startup;

/// <summary>Whether the store has answered once with its tables in place. Once true it stays so: a database that goes away later must not take every replica out.</summary>
internal sealed class StoreReadiness
{
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal bool IsReady => ready.Task.IsCompletedSuccessfully;

    /// <summary>The last look at the store failed.</summary>
    internal bool IsDegraded { get; set; }

    internal void SetReady() => ready.TrySetResult();

    internal Task WaitAsync(CancellationToken cancellationToken) => ready.Task.WaitAsync(cancellationToken);
}
