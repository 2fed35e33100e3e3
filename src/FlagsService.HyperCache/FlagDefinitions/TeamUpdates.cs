using FlagsService.HyperCache.Tiers;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>Brings the caches of a team up to date: in this process after a message, in the shared tiers after a change.</summary>
public sealed class TeamUpdates(DefinitionCaches caches, TeamReadings readings, IFlagStore store, IEnumerable<ITeamUpdateObserver> observers)
{
    private TeamDocuments<TeamSnapshot> Snapshots => caches.Snapshots.Documents;

    private TeamDocuments<DefinitionsDocument> Definitions => caches.Definitions.Documents;

    /// <summary>Reads a team again that is in use here. False when the store could not be read; the old documents serve on.</summary>
    public async Task<bool> RefreshAsync(int teamId, CancellationToken cancellationToken)
    {
        var wanted = readings.Advance();
        var isCurrent = true;
        if (await IsBehindAsync(teamId, wanted, cancellationToken))
        {
            var reading = await readings.ReadAnewAsync(teamId, cancellationToken);
            Snapshots.Take(teamId, reading);
            Definitions.Take(teamId, reading);
            isCurrent = !reading.IsUnavailable;
        }

        await TellAsync(teamId, cancellationToken);
        return isCurrent;
    }

    /// <summary>Makes a team's documents anew and shares them. False when the store could not be read or a tier not be written.</summary>
    /// <param name="teamId">The team.</param>
    /// <param name="revision">Revision of the change, should the team turn out to be gone; null when it is not known.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<bool> RebuildAsync(int teamId, long? revision, CancellationToken cancellationToken)
    {
        // A load that began before the change must land before what it missed is swapped in.
        await IsBehindAsync(teamId, readings.Advance(), cancellationToken);
        var reading = await readings.ReadAnewAsync(teamId, cancellationToken);
        if (reading.IsUnavailable)
        {
            CacheMetrics.RebuildsSkipped.Add(1, new("namespace", DocumentKind.Flags.Namespace), new("reason", reading.Trouble));
        }

        var isShared = reading.IsHit
            ? await Snapshots.ShareAsync(reading.Value, cancellationToken) & await Definitions.ShareAsync(reading.Value, cancellationToken)
            : reading.IsMiss && await Snapshots.RemoveAsync(teamId, revision, cancellationToken) & await Definitions.RemoveAsync(teamId, revision, cancellationToken);
        await TellAsync(teamId, cancellationToken);
        return isShared;
    }

    /// <summary>Deletes a team's documents from the shared tiers, whatever their revision.</summary>
    public async Task<bool> DeleteSharedAsync(int teamId, CancellationToken cancellationToken) =>
        await Snapshots.DeleteSharedAsync(teamId, cancellationToken) & await Definitions.DeleteSharedAsync(teamId, cancellationToken);

    /// <summary>The teams in use whose rows are not what the store has now.</summary>
    public async Task<IReadOnlyList<int>> FindStaleAsync(CancellationToken cancellationToken)
    {
        var teams = Snapshots.Teams.Union(Definitions.Teams).ToArray();
        if (teams.Length == 0 || await store.ReadFingerprintsAsync(teams, cancellationToken) is not { } current)
        {
            return [];
        }

        return [.. teams.Where(team => IsStale(team, current.TryGetValue(team, out var fingerprint) ? fingerprint : null))];
    }

    private async ValueTask<bool> IsBehindAsync(int teamId, int wanted, CancellationToken cancellationToken) =>
        await Snapshots.IsBehindAsync(teamId, wanted, cancellationToken) | await Definitions.IsBehindAsync(teamId, wanted, cancellationToken);

    private async ValueTask TellAsync(int teamId, CancellationToken cancellationToken)
    {
        foreach (var observer in observers)
        {
            await observer.UpdatedAsync(teamId, cancellationToken);
        }
    }

    // A team without a row is gone: it is read once more, and leaves.
    private bool IsStale(int team, long? fingerprint) =>
        (Snapshots.TryPeek(team, out var snapshot) && snapshot.Flags.Definitions.Fingerprint != fingerprint)
        || (Definitions.TryPeek(team, out var document) && document.Fingerprint != fingerprint);
}
