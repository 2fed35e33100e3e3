using System.Data.Common;
using FlagsService.Evaluation.Lookups;
using FlagsService.HyperCache;
using FlagsService.Storage.Resilience;
using Polly;

namespace FlagsService.Storage.Sql;

/// <summary>A relational store of record. Postgres and SQLite hold the same tables and share most statements; what differs is a member here.</summary>
internal abstract class SqlDatabase(TimeProvider time)
{
    private readonly ResiliencePipeline reads = StorePipelines.ForReads(time);

    internal TimeProvider Time => time;

    /// <summary>False where a restricted role could not create the outbox.</summary>
    internal bool HasOutbox { get; set; } = true;

    /// <summary>False where other writers' changes are not announced: revisions are then fingerprints of the rows.</summary>
    internal bool HasTriggers { get; set; } = true;

    /// <summary>A transaction that sees one state and takes no write lock.</summary>
    internal abstract ValueTask<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Whether this is Postgres, for the few statements that have no common spelling.</summary>
    internal abstract bool IsPostgres { get; }

    internal abstract ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken);

    /// <summary>A connection to the people, which may live in a database of their own.</summary>
    internal abstract ValueTask<DbConnection> OpenPersonsAsync(CancellationToken cancellationToken);

    /// <summary>A JSON or array column as text.</summary>
    internal abstract string Json(string column);

    /// <summary>An array column as the text of a JSON array.</summary>
    internal abstract string ArrayJson(string column);

    /// <summary>A point in time as a parameter.</summary>
    internal abstract object Timestamp(DateTimeOffset time);

    /// <summary>A parameter that holds JSON text.</summary>
    internal abstract string JsonParameter(string name);

    /// <summary>The current time as a column value.</summary>
    internal abstract string Now { get; }

    /// <summary>What a failed flag says when this exception kept storage from answering.</summary>
    internal abstract LookupFailure Describe(Exception exception);

    /// <summary>Reads with at most two tries behind the circuit breaker; trouble becomes <see cref="StoreStatus.Unavailable"/>, never an exception.</summary>
    /// <remarks>Whoever cancels a statement of Npgsql waits until a second connection has said so, which with a server that hangs takes seconds. So nothing is cancelled: who has no more time goes on without, and the statement ends by its own time-out.</remarks>
    internal async ValueTask<StoreAnswer<T>> ReadAsync<TState, T>(
        TState state, Func<DbConnection, TState, CancellationToken, ValueTask<T?>> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var value = await reads.ExecuteAsync(
                static async (call, token) =>
                {
                    await using var connection = await call.Database.OpenAsync(token);
                    return await call.Read(connection, call.State, token);
                },
                (Database: this, Read: read, State: state),
                CancellationToken.None).AsTask().WaitAsync(cancellationToken);
            return value is null ? StoreAnswers.Miss<T>() : StoreAnswers.Hit(value);
        }
        catch (Exception exception) when (StoreTrouble.IsTrouble(exception))
        {
            StorageMetrics.Count(exception);
            return StoreAnswers.Unavailable<T>(StoreTrouble.Code(exception));
        }
    }
}
