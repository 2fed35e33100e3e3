namespace FlagsService.HyperCache.Teams;

/// <summary>Reads team rows from the store of record.</summary>
public interface ITeamStore
{
    /// <summary>The team that owns a public token.</summary>
    ValueTask<StoreAnswer<Team>> FindByPublicTokenAsync(string publicToken, CancellationToken cancellationToken);

    /// <summary>The team with an id.</summary>
    ValueTask<StoreAnswer<Team>> FindByIdAsync(int teamId, CancellationToken cancellationToken);
}
