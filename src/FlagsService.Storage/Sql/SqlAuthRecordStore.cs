using System.Data.Common;
using FlagsService.HyperCache;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Storage.Sql;

/// <summary>Secrets: one statement asks the team columns and the project keys, so that a miss in one never hides a hit in the other.</summary>
internal sealed class SqlAuthRecordStore(SqlDatabase database) : IAuthRecordStore
{
    private const int ProjectKey = 2;
    private static readonly string[] FlagScopes = ["*", "feature_flag:read", "feature_flag:write"];

    public ValueTask<StoreAnswer<Credential>> FindSecretAsync(string secret, TokenDigest digest, CancellationToken cancellationToken)
    {
        var sql = $"""
            select case when t.secret_api_token = @secret then 0 else 1 end as source, null as key_id, null as scopes, {TeamColumns.Of(database)} from posthog_team t
            where t.secret_api_token = @secret or t.secret_api_token_backup = @secret
            union all
            select 2, k.id, {database.ArrayJson("k.scopes")}, {TeamColumns.Of(database)} from posthog_projectsecretapikey k join posthog_team t on t.id = k.team_id
            where k.secure_value = @digest
            order by 1, 4
            """;
        return database.ReadAsync<(string Sql, string Secret, string Digest), Credential>((sql, secret, digest.Text), ReadSecretAsync, cancellationToken);
    }

    public async ValueTask<StoreAnswer<AuthRecord>> FindPersonalKeyAsync(TokenDigest digest, CancellationToken cancellationToken)
    {
        var sql = $"""
            select k.id, u.id, {database.ArrayJson("k.scoped_teams")}, {database.ArrayJson("k.scoped_organizations")}, {database.ArrayJson("k.scopes")}, cast(m.organization_id as text)
            from posthog_personalapikey k join posthog_user u on u.id = k.user_id left join posthog_organizationmembership m on m.user_id = u.id
            where k.secure_value = @digest and u.is_active order by 6
            """;
        return await database.ReadAsync<(string Sql, string Digest), AuthRecord>(
            (sql, digest.Text),
            static async (connection, ask, cancel) =>
            {
                await using var command = connection.Command(ask.Sql, ("digest", ask.Digest));
                await using var reader = await command.ExecuteReaderAsync(cancel);
                AuthRecord? record = null;
                var organizations = new List<string>();
                while (await reader.ReadAsync(cancel))
                {
                    record ??= new AuthRecord
                    {
                        Kind = AuthRecordKind.Personal,
                        KeyId = reader.GetString(0),
                        UserId = reader.GetInt32(1),
                        ScopedTeams = reader.ListOrNull<int>(2),
                        ScopedOrganizations = reader.ListOrNull<string>(3),
                        Scopes = reader.ListOrNull<string>(4),
                        OrganizationIds = organizations,
                    };
                    if (reader.TextOrNull(5) is { } organization)
                    {
                        organizations.Add(organization);
                    }
                }

                return record;
            },
            cancellationToken);
    }

    public async ValueTask<IReadOnlyDictionary<string, AuthRecord>?> ReadCurrentAsync(IReadOnlyCollection<(string Digest, AuthRecord Record)> records, CancellationToken cancellationToken)
    {
        var current = new Dictionary<string, AuthRecord>(StringComparer.Ordinal);
        var teams = records.Where(pair => pair.Record.Kind == AuthRecordKind.Secret).Select(pair => pair.Record.TeamId).Distinct().ToArray();
        if (teams.Length > 0)
        {
            var answer = await database.ReadAsync<string, List<(string Digest, AuthRecord Record)>>(
                $"select id, api_token, secret_api_token, secret_api_token_backup from posthog_team where id in ({string.Join(',', teams)})", ReadSecretsAsync, cancellationToken);
            if (!answer.IsHit)
            {
                return null;
            }

            answer.Value.ForEach(pair => current[pair.Digest] = pair.Record);
        }

        // A digest belongs to one kind of key only; each is asked for as a request would ask.
        foreach (var (digest, record) in records.Where(pair => pair.Record.Kind != AuthRecordKind.Secret))
        {
            var key = new TokenDigest(digest);
            var (status, found) = record.Kind == AuthRecordKind.Personal ? Outcome(await FindPersonalKeyAsync(key, cancellationToken)) : Outcome(await FindSecretAsync("", key, cancellationToken));
            if (status == StoreStatus.Unavailable)
            {
                return null;
            }

            if (found is not null)
            {
                current[digest] = found;
            }
        }

        return current;
    }

    public async ValueTask TouchAsync(AuthRecordKind kind, string keyId, CancellationToken cancellationToken)
    {
        var table = kind == AuthRecordKind.Personal ? "posthog_personalapikey" : "posthog_projectsecretapikey";
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Command(
            $"update {table} set last_used_at = {database.Now} where id = @id and (last_used_at is null or last_used_at < @before)",
            ("id", keyId), ("before", database.Timestamp(database.Time.GetUtcNow().AddHours(-1))));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static (StoreStatus Status, AuthRecord? Record) Outcome(StoreAnswer<AuthRecord> answer) => (answer.Status, answer.Value);

    private static (StoreStatus Status, AuthRecord? Record) Outcome(StoreAnswer<Credential> answer) => (answer.Status, answer.Value?.Record);

    private static async ValueTask<List<(string Digest, AuthRecord Record)>?> ReadSecretsAsync(DbConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var secrets = new List<(string Digest, AuthRecord Record)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var record = new AuthRecord { Kind = AuthRecordKind.Secret, TeamId = reader.GetInt32(0), PublicToken = reader.GetString(1) };
            foreach (var column in (ReadOnlySpan<int>)[2, 3])
            {
                if (reader.TextOrNull(column) is { } secret)
                {
                    secrets.Add((TokenDigest.Of(secret).Text, record));
                }
            }
        }

        return secrets;
    }

    private static async ValueTask<Credential?> ReadSecretAsync(DbConnection connection, (string Sql, string Secret, string Digest) ask, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(ask.Sql, ("secret", ask.Secret), ("digest", ask.Digest));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = TeamColumns.Read(reader, first: 3);
            var scopes = reader.ListOrNull<string>(2);
            if (reader.GetInt32(0) < ProjectKey)
            {
                return new Credential(new AuthRecord { Kind = AuthRecordKind.Secret, TeamId = row.Team.Id, PublicToken = row.Team.PublicToken }, row);
            }

            if (scopes is null || scopes.Any(scope => FlagScopes.Contains(scope, StringComparer.Ordinal)))
            {
                return new Credential(
                    new AuthRecord { Kind = AuthRecordKind.ProjectSecret, TeamId = row.Team.Id, PublicToken = row.Team.PublicToken, KeyId = reader.GetString(1), Scopes = scopes }, row);
            }
        }

        return null;
    }
}
