namespace FlagsService.HyperCache.Teams;

/// <summary>Reads team rows from the store of record.</summary>
public interface ITeamStore
{
    /// <summary>The team that owns a public token.</summary>
    ValueTask<StoreAnswer<TeamRow>> FindByPublicTokenAsync(string publicToken, CancellationToken cancellationToken);

    /// <summary>The team with an id.</summary>
    ValueTask<StoreAnswer<TeamRow>> FindByIdAsync(int teamId, CancellationToken cancellationToken);

    /// <summary>A page of the teams that own flags, by id: those the upkeep of the shared cache looks after. A hit with an empty list is the end.</summary>
    ValueTask<StoreAnswer<IReadOnlyList<TeamRow>>> ReadWithFlagsAsync(int afterId, int limit, CancellationToken cancellationToken);
}
