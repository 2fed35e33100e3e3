using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tiers;

namespace FlagsService.Caching.Upkeep;

/// <summary>Compares the shared documents of every team that owns flags with the store, and makes those anew that are missing, without a tag, or of another revision. Bounds how long a lost announcement leaves them stale.</summary>
internal sealed class VerifyDocuments(ITeamStore store, TeamDirectory teams, TeamUpdates updates, ICacheInventory inventory) : IUpkeepJob
{
    private const int PageSize = 200;

    public string Name => "verify-documents";

    public TimeSpan Interval { get; } = TimeSpan.FromMinutes(30);

    public TimeSpan Delay { get; } = TimeSpan.FromMinutes(1);

    public Task RunAsync(CancellationToken cancellationToken) => FixAsync(cancellationToken);

    /// <summary>Fixes what is wrong; how many teams that were.</summary>
    internal async Task<int> FixAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var page in ReadPagesAsync(cancellationToken))
        {
            var marks = await inventory.ReadMarksAsync([.. page.SelectMany(KeysOf)], cancellationToken);
            for (var position = 0; position < page.Count; position++)
            {
                var row = page[position];
                var (metadata, flags, definitions) = (marks[position * 3], marks[(position * 3) + 1], marks[(position * 3) + 2]);
                if (metadata.Revision != row.Revision)
                {
                    await teams.ShareAsync(row, cancellationToken);
                }

                if (flags.Revision != row.Revision || definitions.Revision != row.Revision || !definitions.HasETag)
                {
                    count++;
                    await updates.RebuildAsync(row.Team.Id, row.Revision, cancellationToken);
                }
            }
        }

        return count;
    }

    /// <summary>Makes every team's documents anew, after deleting them where that is asked for; how many teams that were, or null when something could not be written.</summary>
    internal async Task<int?> WarmAsync(bool invalidateFirst, CancellationToken cancellationToken)
    {
        var count = 0;
        var isDone = true;
        await foreach (var page in ReadPagesAsync(cancellationToken))
        {
            foreach (var row in page)
            {
                if (invalidateFirst)
                {
                    isDone &= await updates.DeleteSharedAsync(row.Team.Id, cancellationToken) & await teams.DeleteSharedAsync(row.Team.PublicToken, cancellationToken);
                }

                isDone &= await teams.ShareAsync(row, cancellationToken) & await updates.RebuildAsync(row.Team.Id, row.Revision, cancellationToken);
                count++;
            }
        }

        return isDone ? count : null;
    }

    private async IAsyncEnumerable<IReadOnlyList<TeamRow>> ReadPagesAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = 0; ;)
        {
            var page = await store.ReadWithFlagsAsync(after, PageSize, cancellationToken);
            if (!page.IsHit)
            {
                throw new TimeoutException(page.Trouble);
            }

            if (page.Value.Count == 0)
            {
                yield break;
            }

            yield return page.Value;
            after = page.Value[^1].Team.Id;
        }
    }

    private static IEnumerable<DocumentKey> KeysOf(TeamRow row) =>
        [new(DocumentKind.TeamMetadata, row.Team.PublicToken), DocumentKey.Of(DocumentKind.Flags, row.Team.Id), DocumentKey.Of(DocumentKind.Definitions, row.Team.Id)];
}
