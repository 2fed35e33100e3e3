using FlagsService.HyperCache.Invalidation;
using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;
using FlagsService.Storage.Sql;

namespace FlagsService.Storage.Sqlite;

/// <summary>A file cannot notify another process: changes are looked for once a second.</summary>
internal sealed class SqliteOutbox(SqliteDatabase database, IAuthRecordTier records) : SqlOutbox(database)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public override async Task<IReadOnlyList<TeamChange>> ReadPendingAsync(int limit, CancellationToken cancellationToken)
    {
        var changes = await base.ReadPendingAsync(limit, cancellationToken);
        if (!changes.Any(IsUndigested))
        {
            return changes;
        }

        var shared = await ReadSharedAsync(cancellationToken);
        return [.. changes.Select(change => IsUndigested(change) ? change with { Digests = [.. shared[change.TeamId!.Value]] } : change)];
    }

    public override async Task<IReadOnlyCollection<TeamMessage>?> WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        await Task.Delay(patience < Interval ? patience : Interval, database.Time, cancellationToken);
        return [];
    }

    public override Task NotifyAsync(int teamId, CancellationToken cancellationToken) => Task.CompletedTask;

    // SQLite has no SHA-256, so its triggers cannot name a team's secrets. The records that are shared can: those of the team are doubted, the valid ones with them.
    private static bool IsUndigested(TeamChange change) => change is { Kind: "posthog_team", TeamId: not null, Digests.Count: 0 };

    private async Task<ILookup<int, string>> ReadSharedAsync(CancellationToken cancellationToken)
    {
        var found = new List<(int TeamId, string Digest)>();
        try
        {
            long cursor = 0;
            do
            {
                (var page, cursor) = await records.ScanAsync(cursor, cancellationToken);
                found.AddRange(page.Where(pair => pair.Record?.Kind == AuthRecordKind.Secret).Select(pair => (pair.Record!.TeamId, pair.Digest)));
            }
            while (cursor != 0);
        }
        catch (CacheUnavailableException)
        {
            // The change itself must not wait for Redis; records end with their age.
        }

        return found.ToLookup(pair => pair.TeamId, pair => pair.Digest);
    }
}
