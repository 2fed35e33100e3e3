using FlagsService.Evaluation.Lookups;
using Npgsql;

namespace FlagsService.Storage.Postgres;

/// <summary>Trouble with Postgres in the words of a failed flag.</summary>
internal static class PostgresFailures
{
    internal static LookupFailure Describe(Exception exception) => exception switch
    {
        PostgresException { SqlState: "57014" } => Timeout("query_canceled"),
        PostgresException { SqlState: "55P03" } => Timeout("lock_not_available"),
        PostgresException { SqlState: "25P03" } => Timeout("idle_in_transaction_timeout"),
        PostgresException { SqlState: "53300" } => new("no_more_connections", "Database connection pool exhausted"),
        NpgsqlException { InnerException: TimeoutException } timeout when timeout.Message.Contains("pool", StringComparison.OrdinalIgnoreCase) => Timeout("pool_timeout"),
        NpgsqlException { InnerException: TimeoutException } => Timeout("io_timeout"),
        TimeoutException or OperationCanceledException => Timeout("client_timeout"),
        _ => new("database_error", "Database connection error during evaluation"),
    };

    private static LookupFailure Timeout(string type) => new("timeout:" + type, "Timeout: " + type);
}
