using System.Collections.Concurrent;

namespace FlagsService.HyperCache.Memory;

/// <summary>Many callers who want the same thing at once share one load. The load has a budget of its own: a caller whose time is over does not end it for the others.</summary>
/// <param name="budget">How long a load may take.</param>
/// <param name="late">What a caller gets whose own time, or the load's, is over.</param>
/// <param name="time">The clock.</param>
/// <param name="comparer">Of the keys.</param>
internal sealed class SingleFlight<TKey, TResult>(TimeSpan budget, TResult late, TimeProvider time, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TResult>>> flights = new(comparer ?? EqualityComparer<TKey>.Default);

    internal async Task<TResult> RunAsync(TKey key, Func<TKey, CancellationToken, Task<TResult>> load, CancellationToken cancellationToken)
    {
        var flight = flights.GetOrAdd(
            key,
            static (wanted, call) => new Lazy<Task<TResult>>(() => call.Self.FlyAsync(wanted, call.Load)),
            (Self: this, Load: load));
        try
        {
            return await flight.Value.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return late;
        }
    }

    internal bool IsUnderWay(TKey key) => flights.ContainsKey(key);

    private async Task<TResult> FlyAsync(TKey key, Func<TKey, CancellationToken, Task<TResult>> load)
    {
        using var deadline = new CancellationTokenSource(budget, time);
        try
        {
            // Off the first caller's stack, so that the flight is listed before it can land.
            await Task.Yield();
            return await load(key, deadline.Token);
        }
        finally
        {
            flights.TryRemove(key, out _);
        }
    }
}
