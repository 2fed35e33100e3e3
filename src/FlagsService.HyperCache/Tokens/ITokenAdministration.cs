namespace FlagsService.HyperCache.Tokens;

/// <summary>Changes a team's tokens. Each change locks the row and writes its activity-log entry and the invalidation of the old digests in the same transaction.</summary>
public interface ITokenAdministration
{
    /// <summary>Tokens of one team, or of all teams by id when <paramref name="teamId"/> is null.</summary>
    ValueTask<IReadOnlyList<TeamTokens>> ReadAsync(int? teamId, CancellationToken cancellationToken);

    /// <summary>The backup dies, the primary becomes the backup, a new primary is made. Null when the team does not exist.</summary>
    ValueTask<TokenChange?> RotateSecretAsync(int teamId, Actor actor, CancellationToken cancellationToken);

    /// <summary>The backup dies; nothing happens when there is none. Null when the team does not exist.</summary>
    ValueTask<TokenChange?> DeleteSecretBackupAsync(int teamId, Actor actor, CancellationToken cancellationToken);

    /// <summary>A new public token; the old one dies at once. Null when the team does not exist.</summary>
    ValueTask<TokenChange?> ResetPublicTokenAsync(int teamId, Actor actor, CancellationToken cancellationToken);
}
