using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Caching;

/// <summary>Carries a change into this process: digests are forgotten, the team row is read again, the snapshot is swapped.</summary>
internal sealed class TeamInvalidation(TeamDirectory teams, SecretTokenAuthenticator secrets, IAuthRecordTier records, TeamSnapshots snapshots)
{
    /// <summary>Applies an announced change; false when it could not be carried out yet.</summary>
    internal async Task<bool> ApplyAsync(int? teamId, IReadOnlyCollection<string> digests, CancellationToken cancellationToken)
    {
        secrets.Forget(digests);
        var isForgotten = await records.ForgetAsync(teamId, digests, cancellationToken);
        return (teamId is not { } id || await ApplyAsync(id, cancellationToken)) && isForgotten;
    }

    /// <summary>Applies a change that was heard of; false when the new definitions could not be read yet.</summary>
    internal Task<bool> ApplyAsync(int teamId, CancellationToken cancellationToken)
    {
        secrets.ForgetTeam(teamId);
        teams.Forget(teamId);
        return snapshots.RefreshAsync(teamId, cancellationToken);
    }

    /// <summary>Forgets all tokens, when announcements may have been missed. Definitions are compared by revision anyway.</summary>
    internal void ForgetTokens()
    {
        secrets.ForgetAll();
        teams.ForgetAll();
    }
}
