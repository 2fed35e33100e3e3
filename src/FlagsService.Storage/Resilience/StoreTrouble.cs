using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Polly.CircuitBreaker;

namespace FlagsService.Storage.Resilience;

/// <summary>Tells trouble of a store from a bug, and names it without quoting it: a message may hold data.</summary>
internal static class StoreTrouble
{
    private const int UniqueInSqlite = 2067;

    internal static bool IsTrouble(Exception exception) =>
        exception is DbException or TimeoutException or OperationCanceledException or BrokenCircuitException or IOException or System.Net.Sockets.SocketException or InvalidOperationException { Source: "Npgsql" };

    /// <summary>Worth a second try: a lost connection, a lock, a restart.</summary>
    internal static bool IsTransient(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.SqlState is "40001" or "40003" or "40P01" || postgres.SqlState[..2] is "08" or "53" or "57" or "58",
        DbException database => database.IsTransient,
        IOException or System.Net.Sockets.SocketException => true,
        _ => false,
    };

    /// <summary>A value that must be unique is there already.</summary>
    internal static bool IsDuplicate(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } or SqliteException { SqliteExtendedErrorCode: UniqueInSqlite };

    internal static string Code(Exception exception) => exception switch
    {
        OperationCanceledException or TimeoutException => "timeout",
        BrokenCircuitException => "circuit_open",
        PostgresException postgres => "sqlstate_" + postgres.SqlState,
        _ => "database_unavailable",
    };
}
