using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Caching;

/// <summary>Carries a change into this process: digests are forgotten, the team row is read again, the snapshot is swapped.</summary>
internal sealed class TeamInvalidation(TeamDirectory teams, SecretTokenAuthenticator secrets, TeamSnapshots snapshots)
{
    /// <summary>Applies a change of a team; false when the new definitions could not be read yet.</summary>
    internal Task<bool> ApplyAsync(int? teamId, IReadOnlyCollection<string> digests, CancellationToken cancellationToken)
    {
        secrets.Forget(digests);
        if (teamId is not { } id)
        {
            return Task.FromResult(true);
        }

        teams.Forget(id);
        return snapshots.RefreshAsync(id, cancellationToken);
    }
}
