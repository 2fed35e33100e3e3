using System.Data.Common;
using FlagsService.HyperCache;
using FlagsService.HyperCache.Teams;

namespace FlagsService.Storage.Sql;

/// <summary>Team rows.</summary>
internal sealed class SqlTeamStore(SqlDatabase database) : ITeamStore
{
    private string Columns => $"select t.id, cast(t.uuid as text), t.project_id, cast(t.organization_id as text), t.name, t.api_token, t.timezone, {TeamRevision.Revision(database)} from posthog_team t where ";

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
                var team = new Team
                {
                    Id = reader.GetInt32(0),
                    Uuid = Guid.TryParse(reader.TextOrNull(1), out var uuid) ? uuid : Guid.Empty,
                    ProjectId = reader.IsDBNull(2) ? reader.GetInt32(0) : reader.GetInt64(2),
                    OrganizationId = Guid.TryParse(reader.TextOrNull(3), out var organization) ? organization : null,
                    Name = reader.TextOrNull(4) ?? "",
                    PublicToken = reader.GetString(5),
                    TimeZone = reader.TextOrNull(6) ?? "UTC",
                };
                rows.Add(new TeamRow(team, reader.GetInt64(7)));
            }

            return rows;
        }
    }
}
