namespace FlagsService.HyperCache.Management;

/// <summary>Who may administer what.</summary>
public interface IMembershipStore
{
    /// <summary>Level of a user in the organization of a team: 1 member, 8 admin, 15 owner; null when either does not exist or they do not belong together.</summary>
    Task<int?> FindLevelAsync(int userId, int teamId, CancellationToken cancellationToken);

    /// <summary>The team a user works in; null when none is set.</summary>
    Task<int?> FindCurrentTeamAsync(int userId, CancellationToken cancellationToken);
}
