using FlagsService.Evaluation.Compilation;
using FlagsService.HyperCache.Memory;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>The definitions of the teams in use, in memory. A warm read touches nothing else; a change swaps the snapshot; the last good one is served while the stores are down.</summary>
public sealed class TeamSnapshots
{
    private const long BytesBound = 512L * 1024 * 1024;
    private static readonly TimeSpan ForEver = TimeSpan.FromDays(3650);
    private static readonly KeyValuePair<string, object?> FromStore = new("result", "hit_db");
    private readonly IFlagStore store;
    private readonly ISnapshotObserver observer;
    private readonly BoundedCache<int, TeamSnapshot> snapshots;
    private readonly SingleFlight<int, StoreAnswer<TeamSnapshot>> loads;
    private int generation;

    /// <summary>An empty cache in front of a store.</summary>
    public TeamSnapshots(IFlagStore store, ISnapshotObserver observer, TimeProvider time, long? bytesBound = null)
    {
        this.store = store;
        this.observer = observer;
        snapshots = new(bytesBound ?? BytesBound, time, static snapshot => Math.Max(1, snapshot.Flags.EstimatedBytes));
        loads = new(RequestBudget.Storage, time);
    }

    /// <summary>How many teams are in memory.</summary>
    public int Count => snapshots.Count;

    /// <summary>Estimated bytes of all of them.</summary>
    public long EstimatedBytes => snapshots.Weight;

    /// <summary>The current snapshot of a team. A miss means that the team does not exist.</summary>
    public ValueTask<StoreAnswer<TeamSnapshot>> GetAsync(int teamId, CancellationToken cancellationToken) =>
        snapshots.TryGet(teamId, out var snapshot, out _) ? new(StoreAnswers.Hit(snapshot)) : new(loads.RunAsync(teamId, LoadAsync, cancellationToken));

    /// <summary>Reads a team again after a change, if it is in use. The old snapshot serves until the new one is there, and on if the store cannot answer.</summary>
    /// <returns>False when the store could not be read.</returns>
    public async Task<bool> RefreshAsync(int teamId, CancellationToken cancellationToken)
    {
        // A reading that began before the change may be under way: it is waited for, and then made anew.
        var wanted = Interlocked.Increment(ref generation);
        while (snapshots.TryGet(teamId, out var snapshot, out _) ? snapshot.Generation < wanted : loads.IsUnderWay(teamId))
        {
            if ((await loads.RunAsync(teamId, LoadAsync, cancellationToken)).IsUnavailable)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The teams in use whose revision is not the store's.</summary>
    public async Task<IReadOnlyList<int>> FindStaleAsync(CancellationToken cancellationToken)
    {
        var teams = snapshots.Keys.ToArray();
        if (teams.Length == 0 || await store.ReadRevisionsAsync(teams, cancellationToken) is not { } revisions)
        {
            return [];
        }

        return [.. teams.Where(team => snapshots.TryGet(team, out var snapshot, out _) && revisions.TryGetValue(team, out var revision) && revision != snapshot.Revision)];
    }

    private async Task<StoreAnswer<TeamSnapshot>> LoadAsync(int teamId, CancellationToken cancellationToken)
    {
        var before = Volatile.Read(ref generation);
        var answer = await store.LoadAsync(teamId, cancellationToken);
        if (answer.IsHit)
        {
            CacheMetrics.HyperCacheReads.Add(1, FromStore);
            var snapshot = new TeamSnapshot(CompiledFlagSet.Compile(answer.Value), before);
            foreach (var problem in snapshot.Flags.Problems)
            {
                CacheMetrics.DefinitionProblems.Add(1);
                observer.DefinitionUnusable(teamId, problem);
            }

            snapshots.Set(teamId, snapshot, ForEver);
            return StoreAnswers.Hit(snapshot);
        }

        if (answer.IsMiss)
        {
            snapshots.Remove(teamId);
            return StoreAnswers.Miss<TeamSnapshot>();
        }

        return StoreAnswers.Unavailable<TeamSnapshot>(answer.Trouble ?? "database_unavailable");
    }
}
