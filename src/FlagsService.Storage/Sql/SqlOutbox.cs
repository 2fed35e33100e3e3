using System.Text.Json;
using Dapper;
using FlagsService.HyperCache.Invalidation;

namespace FlagsService.Storage.Sql;

/// <summary>The announcements table.</summary>
internal abstract class SqlOutbox(SqlDatabase database) : IOutbox
{
    public virtual async Task<IReadOnlyList<TeamChange>> ReadPendingAsync(int limit, CancellationToken cancellationToken)
    {
        if (!database.HasOutbox)
        {
            return [];
        }

        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Command(
            $"select id, team_id, kind, {database.Json("payload")} from flagsservice_outbox where processed_at is null and next_attempt_at <= {database.Now} order by id limit @limit",
            ("limit", limit));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var changes = new List<TeamChange>();
        while (await reader.ReadAsync(cancellationToken))
        {
            using var payload = JsonDocument.Parse(reader.GetString(3));
            changes.Add(new TeamChange(
                reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetInt32(1), reader.GetString(2), Texts(payload.RootElement, "hashes"), Texts(payload.RootElement, "public_tokens")));
        }

        return changes;
    }

    public Task CompleteAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        UpdateAsync($"processed_at = {database.Now}", ids, cancellationToken);

    public Task RetryLaterAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) => UpdateAsync(
        database.IsPostgres
            ? "attempts = attempts + 1, next_attempt_at = now() + least(60, power(2, least(attempts, 6))) * interval '1 second'"
            : "attempts = attempts + 1, next_attempt_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '+' || min(60, 1 << min(attempts, 6)) || ' seconds')",
        ids, cancellationToken);

    public async Task CleanUpAsync(CancellationToken cancellationToken)
    {
        if (!database.HasOutbox)
        {
            return;
        }

        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Command(
            """
            delete from flagsservice_outbox where processed_at < @before
            and (team_id is null or id < (select max(n.id) from flagsservice_outbox n where n.team_id = flagsservice_outbox.team_id))
            """,
            ("before", database.Timestamp(database.Time.GetUtcNow().AddDays(-1))));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public abstract Task<IReadOnlyCollection<TeamMessage>?> WaitAsync(TimeSpan patience, CancellationToken cancellationToken);

    public abstract Task NotifyAsync(int teamId, CancellationToken cancellationToken);

    private async Task UpdateAsync(string assignments, IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            $"update flagsservice_outbox set {assignments} where id in ({string.Join(',', ids)})", cancellationToken: cancellationToken));
    }

    private static List<string> Texts(JsonElement payload, string name) =>
        payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(text => text.ValueKind == JsonValueKind.String).Select(text => text.GetString()!)]
            : [];
}
