namespace FlagsService.HyperCache.Management;

/// <summary>Who may administer what.</summary>
public interface IMembershipStore
{
    /// <summary>Level of an active user in the organization of a team: 1 member, 8 admin, 15 owner; null when either does not exist, they do not belong together, or the user may no longer log in.</summary>
    Task<int?> FindLevelAsync(int userId, int teamId, CancellationToken cancellationToken);

    /// <summary>The team a user works in; null when none is set.</summary>
    Task<int?> FindCurrentTeamAsync(int userId, CancellationToken cancellationToken);
}
