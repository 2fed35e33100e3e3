using FlagsService.HyperCache;
using FlagsService.HyperCache.RemoteConfig;

namespace FlagsService.Storage.Sql;

/// <summary>Remote configuration flags, of all teams of the project.</summary>
internal sealed class SqlRemoteConfigStore(SqlDatabase database) : IRemoteConfigStore
{
    public ValueTask<StoreAnswer<RemoteConfigFlag>> FindAsync(int teamId, long projectId, RemoteConfigName name, CancellationToken cancellationToken)
    {
        var sql = $"""
            select {database.Json("f.filters")}, f.has_encrypted_payloads from posthog_featureflag f join posthog_team t on t.id = f.team_id
            where coalesce(t.project_id, t.id) = @project and {(name.Id is null ? "f.key = @name" : "f.id = @name")} and not f.deleted and coalesce(f.is_remote_configuration, false)
            order by case when f.team_id = @team then 0 else 1 end, f.id limit 1
            """;
        return database.ReadAsync<(string Sql, int Team, long Project, object Name), RemoteConfigFlag>(
            (sql, teamId, projectId, name.Id ?? (object)name.Key!),
            static async (connection, ask, cancel) =>
            {
                await using var command = connection.Command(ask.Sql, ("team", ask.Team), ("project", ask.Project), ("name", ask.Name));
                await using var reader = await command.ExecuteReaderAsync(cancel);
                return await reader.ReadAsync(cancel) ? new RemoteConfigFlag(reader.DocumentOrNull(0), reader.Flag(1)) : null;
            },
            cancellationToken);
    }
}
