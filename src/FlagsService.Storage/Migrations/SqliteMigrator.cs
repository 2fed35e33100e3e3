using System.Data.Common;
using FlagsService.HyperCache.Management;
using FlagsService.Storage.Sql;
using FlagsService.Storage.Sqlite;

namespace FlagsService.Storage.Migrations;

/// <summary>Creates what is missing in the embedded file, under its write lock.</summary>
internal sealed class SqliteMigrator(SqliteDatabase database) : IDatabaseMigrator
{
    public async Task<MigrationReport> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, "pragma journal_mode = wal", cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var existing = new HashSet<string>(StringComparer.Ordinal);
        await using (var command = connection.Command("select name from sqlite_master where type = 'table'"))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                existing.Add(reader.GetString(0));
            }
        }

        var missing = MigrationScripts.ReadSections("sqlite.sql").Where(section => !existing.Contains(section.Table)).ToList();
        if (missing.Count > 0)
        {
            await ExecuteAsync(connection, string.Concat(missing.Select(section => section.Sql)) + MigrationScripts.Read("sqlite-triggers.sql"), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return new MigrationReport([.. missing.Select(section => section.Table)], HasOutbox: true, HasTriggers: true);
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
