using System.Text.Json;
using FlagsService.HyperCache.Invalidation;
using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Storage.Sql;

/// <summary>API keys: stored as digests, shown once.</summary>
internal sealed class SqlKeyAdministration(SqlDatabase database) : IKeyAdministration
{
    public Task<CreatedKey> CreatePersonalAsync(int userId, string label, IReadOnlyList<string> scopes, CancellationToken cancellationToken) =>
        CreateAsync("posthog_personalapikey", "user_id", userId, label, scopes, TokenMint.Personal(), cancellationToken);

    public Task<CreatedKey> CreateProjectSecretAsync(int teamId, string label, IReadOnlyList<string>? scopes, CancellationToken cancellationToken) =>
        CreateAsync("posthog_projectsecretapikey", "team_id", teamId, label, scopes, TokenMint.Secret(), cancellationToken);

    public async Task<IReadOnlyList<ApiKeyRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Command(
            $"""
            select id, 0, user_id, label, mask_value, {database.ArrayJson("scopes")}, created_at from posthog_personalapikey
            union all select id, 1, team_id, label, mask_value, {database.ArrayJson("scopes")}, created_at from posthog_projectsecretapikey order by 7
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var keys = new List<ApiKeyRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            keys.Add(new ApiKeyRow(
                reader.GetString(0), reader.GetInt32(1) == 1, reader.GetInt32(2), reader.TextOrNull(3) ?? "", reader.TextOrNull(4) ?? "", reader.ListOrNull<string>(5)));
        }

        return keys;
    }

    public async Task<TeamMessage?> RevokeAsync(string keyId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        foreach (var (table, team) in new[] { ("posthog_personalapikey", "null"), ("posthog_projectsecretapikey", "team_id") })
        {
            await using var command = connection.Command($"delete from {table} where id = @id returning secure_value, {team}", ("id", keyId));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (await reader.ReadAsync(cancellationToken))
            {
                return new TeamMessage(reader.IsDBNull(1) ? null : reader.GetInt32(1), reader.TextOrNull(0) is { } digest ? [digest] : []);
            }
        }

        return null;
    }

    private async Task<CreatedKey> CreateAsync(
        string table, string ownerColumn, int owner, string label, IReadOnlyList<string>? scopes, string secret, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString("N");
        object? stored = scopes is null ? null : database.IsPostgres ? scopes.ToArray() : JsonSerializer.Serialize(scopes);
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Command(
            $"insert into {table} (id, {ownerColumn}, label, mask_value, secure_value, scopes, created_at) values (@id, @owner, @label, @mask, @digest, @scopes, {database.Now})",
            ("id", id), ("owner", owner), ("label", label), ("mask", TokenMint.Mask(secret)), ("digest", TokenDigest.Of(secret).Text), ("scopes", stored));
        await command.ExecuteNonQueryAsync(cancellationToken);
        return new CreatedKey(id, secret);
    }
}
