using System.Data.Common;
using FlagsService.Evaluation.Lookups;
using FlagsService.Storage.Sql;
using Microsoft.Data.Sqlite;

namespace FlagsService.Storage.Sqlite;

/// <summary>One SQLite file in write-ahead mode: many readers beside one writer, also from another process.</summary>
internal sealed class SqliteDatabase : SqlDatabase
{
    private readonly string connectionString;

    internal SqliteDatabase(string path, TimeProvider time)
        : base(time)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        connectionString = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 2, Pooling = true }.ToString();
    }

    internal override bool IsPostgres => false;

    internal override string Now => "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";

    internal override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    internal override ValueTask<DbConnection> OpenPersonsAsync(CancellationToken cancellationToken) => OpenAsync(cancellationToken);

    internal override ValueTask<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken) =>
        new(((SqliteConnection)connection).BeginTransaction(deferred: true));

    internal override string Json(string column) => column;

    internal override string ArrayJson(string column) => column;

    internal override string JsonParameter(string name) => "@" + name;

    internal override object Timestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    internal override LookupFailure Describe(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: 5 or 6 } => new("timeout:lock_not_available", "Timeout: lock_not_available"),
        OperationCanceledException or TimeoutException => new("timeout:client_timeout", "Timeout: client_timeout"),
        _ => new("database_error", "Database connection error during evaluation"),
    };
}
