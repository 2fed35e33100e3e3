using System.Data.Common;
using System.Text.Json;
using Dapper;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Storage.Sql;

/// <summary>Rotation and its kin: row lock, one update, the activity-log entry and the announcement, all in one transaction.</summary>
internal sealed class SqlTokenAdministration(SqlDatabase database) : ITokenAdministration
{
    private const string Columns = "select id as TeamId, name as TeamName, api_token as Public, secret_api_token as Secret, secret_api_token_backup as SecretBackup from posthog_team";

    public async ValueTask<IReadOnlyList<TeamTokens>> ReadAsync(int? teamId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            Columns + (teamId is null ? " order by id" : " where id = @teamId"), new { teamId }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => row.ToTokens())];
    }

    public ValueTask<TeamTokens?> RotateSecretAsync(int teamId, Actor actor, CancellationToken cancellationToken) => ChangeAsync(
        teamId, actor,
        row => new TokenChange(
            row with { Secret = TokenMint.Secret(), SecretBackup = row.Secret },
            "secret_api_token",
            row.Secret is null ? "created" : "changed",
            Masked(row)),
        cancellationToken);

    public ValueTask<TeamTokens?> DeleteSecretBackupAsync(int teamId, Actor actor, CancellationToken cancellationToken) => ChangeAsync(
        teamId, actor,
        row => row.SecretBackup is null ? null : new TokenChange(
            row with { SecretBackup = null }, "secret_api_token_backup", "deleted", TokenMint.Mask(row.SecretBackup)),
        cancellationToken);

    public ValueTask<TeamTokens?> ResetPublicTokenAsync(int teamId, Actor actor, CancellationToken cancellationToken) => ChangeAsync(
        teamId, actor,
        row => new TokenChange(row with { Public = TokenMint.Public() }, "api_token", "changed", row.Public),
        cancellationToken);

    private async ValueTask<TeamTokens?> ChangeAsync(int teamId, Actor actor, Func<TeamTokens, TokenChange?> decide, CancellationToken cancellationToken)
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
        if (decide(before) is not { } change)
        {
            return before;
        }

        await connection.ExecuteAsync(new CommandDefinition(
            $"update posthog_team set api_token = @Public, secret_api_token = @Secret, secret_api_token_backup = @SecretBackup, updated_at = {database.Now} where id = @TeamId",
            change.After, transaction, cancellationToken: cancellationToken));
        await LogAsync(connection, transaction, change, actor, cancellationToken);
        await AnnounceAsync(connection, transaction, before, change.After, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return change.After;
    }

    private async Task LogAsync(DbConnection connection, DbTransaction transaction, TokenChange change, Actor actor, CancellationToken cancellationToken)
    {
        object? after = change.Field switch
        {
            "secret_api_token" => Masked(change.After),
            "secret_api_token_backup" => null,
            _ => change.After.Public,
        };
        var detail = JsonSerializer.Serialize(new
        {
            name = change.After.TeamName,
            changes = new[] { new { type = "Team", action = change.Action, field = change.Field, before = change.Before, after } },
        });
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            insert into posthog_activitylog (team_id, organization_id, user_id, is_system, activity, item_id, scope, detail)
            select t.id, t.organization_id, @UserId, @IsSystem, 'updated', @Item, 'Team', {database.JsonParameter("Detail")} from posthog_team t where t.id = @TeamId
            """,
            new { actor.UserId, IsSystem = actor.UserId is null, Item = change.After.TeamId.ToString(System.Globalization.CultureInfo.InvariantCulture), Detail = detail, change.After.TeamId },
            transaction, cancellationToken: cancellationToken));
    }

    // All digests of the team: a record holds the public token, so a reset concerns the secrets too.
    private async Task AnnounceAsync(DbConnection connection, DbTransaction transaction, TeamTokens before, TeamTokens after, CancellationToken cancellationToken)
    {
        if (!database.HasOutbox)
        {
            return;
        }

        string?[] tokens = [before.Public, before.Secret, before.SecretBackup];
        string[] retired = before.Public == after.Public ? [] : [before.Public];
        var payload = JsonSerializer.Serialize(new { hashes = tokens.OfType<string>().Select(token => TokenDigest.Of(token).Text), public_tokens = retired });
        await connection.ExecuteAsync(new CommandDefinition(
            $"insert into flagsservice_outbox (team_id, kind, payload) values (@TeamId, 'tokens', {database.JsonParameter("Payload")})",
            new { before.TeamId, Payload = payload }, transaction, cancellationToken: cancellationToken));
    }

    private static Dictionary<string, string?> Masked(TeamTokens row)
    {
        var masked = new Dictionary<string, string?>(StringComparer.Ordinal) { ["secret_api_token"] = row.Secret is null ? null : TokenMint.Mask(row.Secret) };
        if (row.SecretBackup is not null)
        {
            masked["secret_api_token_backup"] = TokenMint.Mask(row.SecretBackup);
        }

        return masked;
    }

    private sealed record TokenChange(TeamTokens After, string Field, string Action, object? Before);

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
