using System.Data.Common;
using FlagsService.HyperCache;
using FlagsService.HyperCache.Teams;

namespace FlagsService.Storage.Sql;

/// <summary>Team rows.</summary>
internal sealed class SqlTeamStore(SqlDatabase database) : ITeamStore
{
    private const string Columns = "select id, cast(uuid as text), project_id, cast(organization_id as text), name, api_token, timezone from posthog_team where ";

    public ValueTask<StoreAnswer<Team>> FindByPublicTokenAsync(string publicToken, CancellationToken cancellationToken) =>
        database.ReadAsync(publicToken, static (connection, token, cancel) => ReadAsync(connection.Command(Columns + "api_token = @token", ("token", token)), cancel), cancellationToken);

    public ValueTask<StoreAnswer<Team>> FindByIdAsync(int teamId, CancellationToken cancellationToken) =>
        database.ReadAsync(teamId, static (connection, id, cancel) => ReadAsync(connection.Command(Columns + "id = @id", ("id", id)), cancel), cancellationToken);

    private static async ValueTask<Team?> ReadAsync(DbCommand command, CancellationToken cancellationToken)
    {
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            return !await reader.ReadAsync(cancellationToken) ? null : new Team
            {
                Id = reader.GetInt32(0),
                Uuid = Guid.TryParse(reader.TextOrNull(1), out var uuid) ? uuid : Guid.Empty,
                ProjectId = reader.IsDBNull(2) ? reader.GetInt32(0) : reader.GetInt64(2),
                OrganizationId = Guid.TryParse(reader.TextOrNull(3), out var organization) ? organization : null,
                Name = reader.TextOrNull(4) ?? "",
                PublicToken = reader.GetString(5),
                TimeZone = reader.TextOrNull(6) ?? "UTC",
            };
        }
    }
}
