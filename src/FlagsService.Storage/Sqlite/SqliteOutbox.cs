using FlagsService.HyperCache.Invalidation;
using FlagsService.Storage.Sql;

namespace FlagsService.Storage.Sqlite;

/// <summary>A file cannot notify another process: changes are looked for once a second.</summary>
internal sealed class SqliteOutbox(SqliteDatabase database) : SqlOutbox(database)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public override async Task<IReadOnlyCollection<TeamMessage>?> WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        await Task.Delay(patience < Interval ? patience : Interval, database.Time, cancellationToken);
        return [];
    }

    public override Task NotifyAsync(int teamId, CancellationToken cancellationToken) => Task.CompletedTask;
}
