using FlagsService.Evaluation.Definitions;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>Reads the definitions of a team from the store of record.</summary>
public interface IFlagStore
{
    /// <summary>All definitions of a team with their revision, in one consistent reading. A miss means that the team does not exist.</summary>
    ValueTask<StoreAnswer<TeamDefinitions>> LoadAsync(int teamId, CancellationToken cancellationToken);

    /// <summary>Current fingerprints of several teams, to see which of them changed; null when they cannot be read. Cheap: one statement.</summary>
    ValueTask<IReadOnlyDictionary<int, long>?> ReadFingerprintsAsync(IReadOnlyCollection<int> teamIds, CancellationToken cancellationToken);
}
