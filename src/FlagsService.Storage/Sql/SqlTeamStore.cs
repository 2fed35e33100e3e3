using System.Data.Common;
using FlagsService.HyperCache;
using FlagsService.HyperCache.Teams;

namespace FlagsService.Storage.Sql;

/// <summary>Team rows.</summary>
internal sealed class SqlTeamStore(SqlDatabase database) : ITeamStore
{
    private string Columns => $"select {TeamColumns.Of(database)} from posthog_team t where ";

    public ValueTask<StoreAnswer<TeamRow>> FindByPublicTokenAsync(string publicToken, CancellationToken cancellationToken) =>
        database.ReadAsync((Sql: Columns + "t.api_token = @token", Token: publicToken), static (connection, ask, cancel) => ReadOneAsync(connection.Command(ask.Sql, ("token", ask.Token)), cancel), cancellationToken);

    public ValueTask<StoreAnswer<TeamRow>> FindByIdAsync(int teamId, CancellationToken cancellationToken) =>
        database.ReadAsync((Sql: Columns + "t.id = @id", Id: teamId), static (connection, ask, cancel) => ReadOneAsync(connection.Command(ask.Sql, ("id", ask.Id)), cancel), cancellationToken);

    public ValueTask<StoreAnswer<IReadOnlyList<TeamRow>>> ReadWithFlagsAsync(int afterId, int limit, CancellationToken cancellationToken) => database.ReadAsync(
        (Sql: Columns + "t.id > @after and exists (select 1 from posthog_featureflag f where f.team_id = t.id and not f.deleted) order by t.id limit @limit", After: afterId, Limit: limit),
        static async (connection, ask, cancel) => (IReadOnlyList<TeamRow>?)await ReadAsync(connection.Command(ask.Sql, ("after", ask.After), ("limit", ask.Limit)), cancel),
        cancellationToken);

    private static async ValueTask<TeamRow?> ReadOneAsync(DbCommand command, CancellationToken cancellationToken) =>
        await ReadAsync(command, cancellationToken) is [var row] ? row : null;

    private static async ValueTask<List<TeamRow>> ReadAsync(DbCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<TeamRow>();
            while (await reader.ReadAsync(cancellationToken))
            {
                rows.Add(TeamColumns.Read(reader));
            }

            return rows;
        }
    }
}
