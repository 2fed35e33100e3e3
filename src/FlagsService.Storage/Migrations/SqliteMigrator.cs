using System.Data.Common;
using System.Globalization;
using FlagsService.HyperCache.Management;
using FlagsService.Storage.Sql;
using FlagsService.Storage.Sqlite;

namespace FlagsService.Storage.Migrations;

/// <summary>Creates what is missing in the embedded file, under its write lock. Triggers of an older version are replaced.</summary>
internal sealed class SqliteMigrator(SqliteDatabase database) : IDatabaseMigrator
{
    private const int TriggersVersion = 3;

    public async Task<MigrationReport> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, "pragma journal_mode = wal", cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var existing = await ReadAsync(connection, "select name from sqlite_master where type = 'table'", cancellationToken);
        var missing = MigrationScripts.ReadSections("sqlite.sql").Where(section => !existing.Contains(section.Table)).ToList();
        await ExecuteAsync(connection, string.Concat(missing.Select(section => section.Sql)), cancellationToken);
        var version = (await ReadAsync(connection, "select cast(user_version as text) from pragma_user_version", cancellationToken)).Single();
        if (missing.Count > 0 || version != TriggersVersion.ToString(CultureInfo.InvariantCulture))
        {
            // What this service made bears its name: nobody else's triggers are touched.
            var triggers = await ReadAsync(connection, "select name from sqlite_master where type = 'trigger' and name like 'flagsservice\\_posthog%' escape '\\' or type = 'trigger' and name like 'flagsservice\\_feature%' escape '\\'", cancellationToken);
            await ExecuteAsync(connection, string.Concat(triggers.Select(name => $"drop trigger \"{name}\";")), cancellationToken);
            await ExecuteAsync(connection, MigrationScripts.Read("sqlite-triggers.sql") + $"pragma user_version = {TriggersVersion};", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return new MigrationReport([.. missing.Select(section => section.Table)], HasOutbox: true, HasTriggers: true);
    }

    private static async Task<HashSet<string>> ReadAsync(DbConnection connection, string sql, CancellationToken cancellationToken)
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

    private static async Task ExecuteAsync(DbConnection connection, string sql, CancellationToken cancellationToken)
    {
        if (sql.Length > 0)
        {
            await using var command = connection.Command(sql);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
