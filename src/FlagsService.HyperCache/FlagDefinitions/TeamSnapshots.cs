namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>The compiled definitions of the teams in use, in memory. A warm read touches nothing else; a change swaps the snapshot; the last good one is served while the stores are down.</summary>
public sealed class TeamSnapshots
{
    internal TeamSnapshots(TeamDocuments<TeamSnapshot> documents) => Documents = documents;

    /// <summary>How many teams are in memory.</summary>
    public int Count => Documents.Count;

    /// <summary>Estimated bytes of all of them.</summary>
    public long EstimatedBytes => Documents.EstimatedBytes;

    internal TeamDocuments<TeamSnapshot> Documents { get; }

    /// <summary>The current snapshot of a team. A miss means that the team does not exist.</summary>
    public ValueTask<StoreAnswer<TeamSnapshot>> GetAsync(int teamId, CancellationToken cancellationToken) => Documents.GetAsync(teamId, cancellationToken);
}
