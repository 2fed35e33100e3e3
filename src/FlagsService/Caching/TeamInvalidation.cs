using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Invalidation;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Caching;

/// <summary>Carries a change into the caches: for all servers where it was announced, for this one where it was heard of.</summary>
internal sealed class TeamInvalidation(TeamDirectory teams, SecretTokenAuthenticator secrets, IAuthRecordTier records, TeamUpdates updates, ITeamChannel channel)
{
    /// <summary>Carries out a change for all servers: shared records and documents first, then this process, then the message. False when any of it must be tried again.</summary>
    internal async Task<bool> CarryOutAsync(AnnouncedChange change, CancellationToken cancellationToken)
    {
        Forget(change.TeamId, change.Digests);
        var isDone = await records.ForgetAsync(change.Digests, cancellationToken);
        if (change.TeamId is { } id)
        {
            if (change.ConcernsRow)
            {
                isDone &= await teams.ShareAsync(id, change.RetiredTokens, change.Revision ?? 0, cancellationToken);
            }

            if (change.ConcernsDefinitions)
            {
                isDone &= await updates.RebuildAsync(id, change.Revision, cancellationToken);
            }
        }

        // A request may have read a shared copy between its deletion and the first forgetting.
        Forget(change.TeamId, change.Digests);
        return await channel.PublishAsync(new TeamMessage(change.TeamId, change.Digests), cancellationToken) && isDone;
    }

    /// <summary>Deletes shared records once more: a reader on another server may have stored what it read before the change. False when that has to be tried again.</summary>
    internal ValueTask<bool> RepeatAsync(IReadOnlyCollection<string> digests, CancellationToken cancellationToken) => records.ForgetAsync(digests, cancellationToken);

    /// <summary>Brings this process up to date after a message; false when the new definitions could not be read yet.</summary>
    internal async Task<bool> HearAsync(int? teamId, IReadOnlyCollection<string> digests, CancellationToken cancellationToken)
    {
        Forget(teamId, digests);
        return teamId is not { } id || await updates.RefreshAsync(id, cancellationToken);
    }

    /// <summary>Trusts no token in memory, when messages may have been missed. Definitions are compared by fingerprint anyway.</summary>
    internal void DoubtTokens()
    {
        secrets.DoubtAll();
        teams.DoubtAll();
    }

    private void Forget(int? teamId, IReadOnlyCollection<string> digests)
    {
        secrets.Forget(digests);
        if (teamId is { } id)
        {
            secrets.Doubt(id);
            teams.Doubt(id);
        }
    }
}
