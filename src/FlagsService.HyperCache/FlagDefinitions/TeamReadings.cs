using FlagsService.HyperCache.Memory;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>Reads definitions from the store of record, once for all who want them at the same time.</summary>
public sealed class TeamReadings
{
    private readonly IFlagStore store;
    private readonly SingleFlight<int, StoreAnswer<TeamReading>> flights;
    private int generation;

    /// <summary>In front of a store.</summary>
    public TeamReadings(IFlagStore store, TimeProvider time)
    {
        this.store = store;
        flights = new(RequestBudget.Load, StoreAnswers.Late<TeamReading>(), time);
    }

    /// <summary>How many changes were heard of: a reading that began before one may have missed it.</summary>
    internal int Generation => Volatile.Read(ref generation);

    /// <summary>A change was heard of; the number that a reading must have been begun with to know it.</summary>
    internal int Advance() => Interlocked.Increment(ref generation);

    /// <summary>A reading for a request; joins one that another request began.</summary>
    internal Task<StoreAnswer<TeamReading>> ReadAsync(int teamId, CancellationToken cancellationToken) => flights.RunAsync(teamId, LoadAsync, cancellationToken);

    /// <summary>A reading that begins now, after a change. No request joins it: what it asks for may have been written since.</summary>
    internal Task<StoreAnswer<TeamReading>> ReadAnewAsync(int teamId, CancellationToken cancellationToken) => LoadAsync(teamId, cancellationToken);

    private async Task<StoreAnswer<TeamReading>> LoadAsync(int teamId, CancellationToken cancellationToken)
    {
        var before = Generation;
        var answer = await store.LoadAsync(teamId, cancellationToken);
        return answer.IsHit ? StoreAnswers.Hit(new TeamReading(answer.Value, before)) : new StoreAnswer<TeamReading>(answer.Status, null, answer.Trouble);
    }
}
