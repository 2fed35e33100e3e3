using Dapper;
using FlagsService.HyperCache.Management;

namespace FlagsService.Storage.Sql;

/// <summary>Users and the organizations they belong to.</summary>
internal sealed class SqlMembershipStore(SqlDatabase database) : IMembershipStore
{
    public async Task<int?> FindLevelAsync(int userId, int teamId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
            """
            select m.level from posthog_organizationmembership m join posthog_team t on t.organization_id = m.organization_id join posthog_user u on u.id = m.user_id
            where m.user_id = @userId and t.id = @teamId and u.is_active
            """,
            new { userId, teamId }, cancellationToken: cancellationToken));
    }

    public async Task<int?> FindCurrentTeamAsync(int userId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
            "select current_team_id from posthog_user where id = @userId and is_active", new { userId }, cancellationToken: cancellationToken));
    }
}
