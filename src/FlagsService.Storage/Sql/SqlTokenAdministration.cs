using System.Data.Common;
using System.Text.Json;
using Dapper;
using FlagsService.HyperCache.Tokens;
using FlagsService.Storage.Resilience;

namespace FlagsService.Storage.Sql;

/// <summary>Rotation and its kin: row lock, one update, the activity-log entry and the announcement, all in one transaction.</summary>
internal sealed class SqlTokenAdministration(SqlDatabase database) : ITokenAdministration
{
    private const int Attempts = 3;
    private const string Columns = "select id as TeamId, name as TeamName, api_token as Public, secret_api_token as Secret, secret_api_token_backup as SecretBackup from posthog_team";

    public async ValueTask<IReadOnlyList<TeamTokens>> ReadAsync(int? teamId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            Columns + (teamId is null ? " order by id" : " where id = @teamId"), new { teamId }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => row.ToTokens())];
    }

    public ValueTask<TokenChange?> RotateSecretAsync(int teamId, Actor actor, CancellationToken cancellationToken) => ChangeAsync(
        teamId, actor,
        row => new Decision(row with { Secret = TokenMint.Secret(), SecretBackup = row.Secret }, "secret_api_token", row.Secret is null ? "created" : "changed"),
        cancellationToken);

    public ValueTask<TokenChange?> DeleteSecretBackupAsync(int teamId, Actor actor, CancellationToken cancellationToken) => ChangeAsync(
        teamId, actor,
        row => row.SecretBackup is null ? null : new Decision(row with { SecretBackup = null }, "secret_api_token_backup", "deleted"),
        cancellationToken);

    public ValueTask<TokenChange?> ResetPublicTokenAsync(int teamId, Actor actor, CancellationToken cancellationToken) => ChangeAsync(
        teamId, actor,
        row => new Decision(row with { Public = TokenMint.Public() }, "api_token", "changed"),
        cancellationToken);

    private async ValueTask<TokenChange?> ChangeAsync(int teamId, Actor actor, Func<TeamTokens, Decision?> decide, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ChangeOnceAsync(teamId, actor, decide, cancellationToken);
            }
            catch (DbException exception) when (StoreTrouble.IsDuplicate(exception) && attempt < Attempts)
            {
                // Somebody holds the token just made; the next one is another.
            }
        }
    }

    private async ValueTask<TokenChange?> ChangeOnceAsync(int teamId, Actor actor, Func<TeamTokens, Decision?> decide, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // SQLite's transaction takes the write lock at its start, which is what FOR UPDATE does for one row.
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"{Columns} where id = @teamId{(database.IsPostgres ? " for update" : "")}", new { teamId }, transaction, cancellationToken: cancellationToken));
        if (row is null)
        {
            return null;
        }

        var before = row.ToTokens();
        if (decide(before) is not { } decision)
        {
            return new TokenChange(before, before);
        }

        var change = new TokenChange(before, decision.After);
        await connection.ExecuteAsync(new CommandDefinition(
            $"update posthog_team set api_token = @Public, secret_api_token = @Secret, secret_api_token_backup = @SecretBackup, updated_at = {database.Now} where id = @TeamId",
            change.After, transaction, cancellationToken: cancellationToken));
        await LogAsync(connection, transaction, change, decision, actor, cancellationToken);
        change = change with { Revision = await AnnounceAsync(connection, transaction, change, cancellationToken) };
        await transaction.CommitAsync(cancellationToken);
        return change;
    }

    // Ids and times are given although our own table has defaults for them: a table made by others may not.
    private async Task LogAsync(DbConnection connection, DbTransaction transaction, TokenChange change, Decision decision, Actor actor, CancellationToken cancellationToken)
    {
        var detail = JsonSerializer.Serialize(new
        {
            name = change.After.TeamName,
            changes = new[] { new { type = "Team", action = decision.Action, field = decision.Field, before = Shown(change.Before, change, decision), after = Shown(change.After, change, decision) } },
        });
        var id = Guid.CreateVersion7(database.Time.GetUtcNow());
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            insert into posthog_activitylog (id, team_id, organization_id, user_id, was_impersonated, is_system, activity, item_id, scope, detail, created_at)
            select @Id, t.id, t.organization_id, @UserId, false, @IsSystem, 'updated', @Item, 'Team', {database.JsonParameter("Detail")}, {database.Now} from posthog_team t where t.id = @TeamId
            """,
            new
            {
                Id = database.IsPostgres ? id : (object)id.ToString(),
                actor.UserId,
                IsSystem = actor.UserId is null,
                Item = change.After.TeamId.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Detail = detail,
                change.After.TeamId,
            },
            transaction, cancellationToken: cancellationToken));
    }

    // Secrets only as masks. The backup is spoken of where there was a primary that could become one.
    private static object? Shown(TeamTokens tokens, TokenChange change, Decision decision) => decision.Field switch
    {
        "api_token" => tokens.Public,
        "secret_api_token_backup" => Masked(tokens.SecretBackup),
        _ when change.Before.Secret is null => new { secret_api_token = Masked(tokens.Secret) },
        _ => new { secret_api_token = Masked(tokens.Secret), secret_api_token_backup = Masked(tokens.SecretBackup) },
    };

    private async Task<long?> AnnounceAsync(DbConnection connection, DbTransaction transaction, TokenChange change, CancellationToken cancellationToken)
    {
        if (!database.HasOutbox)
        {
            return null;
        }

        var payload = JsonSerializer.Serialize(new { hashes = change.Digests, public_tokens = change.RetiredPublicTokens });
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            $"insert into flagsservice_outbox (team_id, kind, payload) values (@TeamId, 'tokens', {database.JsonParameter("Payload")}) returning id",
            new { change.Before.TeamId, Payload = payload }, transaction, cancellationToken: cancellationToken));
    }

    private static string? Masked(string? token) => token is null ? null : TokenMint.Mask(token);

    private sealed record Decision(TeamTokens After, string Field, string Action);

    private sealed class Row
    {
        public long TeamId { get; init; }

        public string TeamName { get; init; } = "";

        public string Public { get; init; } = "";

        public string? Secret { get; init; }

        public string? SecretBackup { get; init; }

        internal TeamTokens ToTokens() => new((int)TeamId, TeamName, Public, Secret, SecretBackup);
    }
}
