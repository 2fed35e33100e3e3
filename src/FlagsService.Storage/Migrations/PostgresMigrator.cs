using FlagsService.HyperCache.Management;
using FlagsService.Storage.Postgres;
using FlagsService.Storage.Sql;
using Npgsql;

namespace FlagsService.Storage.Migrations;

/// <summary>Creates what is missing under an advisory lock. A database that has every table needed is left as it is, but for the triggers; a role that may not create those goes on with polling.</summary>
internal sealed class PostgresMigrator(PostgresDatabase database) : IDatabaseMigrator
{
    private const long LockKey = 0x666C616773; // "flags"
    private const string Outbox = "flagsservice_outbox";
    private static readonly string[] Dispensable = [Outbox, "posthog_earlyaccessfeature", "posthog_teamdefaultevaluationcontext", "posthog_activitylog"];

    public async Task<MigrationReport> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = (NpgsqlConnection)await database.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, $"select pg_advisory_lock({LockKey})", cancellationToken, timeoutSeconds: 60);
        try
        {
            var existing = await ReadTablesAsync(connection, cancellationToken);
            var missing = MigrationScripts.ReadSections("postgres.sql").Where(section => !existing.Contains(section.Table)).ToList();
            var created = await CreateAsync(connection, missing, cancellationToken);
            database.HasOutbox = existing.Contains(Outbox) || created.Contains(Outbox);
            var hasTriggers = database.HasOutbox && await CreateTriggersAsync(connection, cancellationToken);
            database.HasTriggers = hasTriggers;
            return new MigrationReport(created, database.HasOutbox, hasTriggers);
        }
        finally
        {
            await ExecuteAsync(connection, $"select pg_advisory_unlock({LockKey})", CancellationToken.None);
        }
    }

    private static async Task<List<string>> CreateAsync(NpgsqlConnection connection, List<(string Table, string Sql)> missing, CancellationToken cancellationToken)
    {
        var created = new List<string>();
        if (missing.Count == 0)
        {
            return created;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await ExecuteAsync(connection, MigrationScripts.Read("postgres-functions.sql"), cancellationToken);
            foreach (var (table, sql) in missing)
            {
                await ExecuteAsync(connection, sql, cancellationToken);
                created.Add(table);
            }

            await transaction.CommitAsync(cancellationToken);
            return created;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege && missing.TrueForAll(section => Dispensable.Contains(section.Table, StringComparer.Ordinal)))
        {
            // The service reads everything it needs without these.
            await transaction.RollbackAsync(cancellationToken);
            return [];
        }
    }

    private static async Task<bool> CreateTriggersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var existing = await ReadAsync(connection, "select tgrelid::regclass::text from pg_trigger where tgname = 'flagsservice_announce'", cancellationToken);
        var missing = MigrationScripts.ReadSections("postgres-triggers.sql").Where(section => !existing.Contains(section.Table)).ToList();
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            // Also where every trigger stands: an older version may have written the function.
            await ExecuteAsync(connection, MigrationScripts.Read("postgres-functions.sql"), cancellationToken);
            foreach (var (_, sql) in missing)
            {
                await ExecuteAsync(connection, sql, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            await transaction.RollbackAsync(cancellationToken);
            return missing.Count == 0;
        }
    }

    private static Task<HashSet<string>> ReadTablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ReadAsync(connection, "select c.relname::text from pg_class c where c.relkind in ('r', 'p', 'v', 'f') and pg_table_is_visible(c.oid)", cancellationToken);

    private static async Task<HashSet<string>> ReadAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, int timeoutSeconds = 30)
    {
        await using var command = connection.Command(sql);
        command.CommandTimeout = timeoutSeconds;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
