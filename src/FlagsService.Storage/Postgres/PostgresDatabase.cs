using System.Data.Common;
using FlagsService.Evaluation.Lookups;
using FlagsService.Storage.Sql;
using Npgsql;

namespace FlagsService.Storage.Postgres;

/// <summary>Postgres: definitions in one database, people in the same or another.</summary>
internal sealed class PostgresDatabase : SqlDatabase, IAsyncDisposable
{
    private readonly NpgsqlDataSource main;

    internal PostgresDatabase(string connectionString, string? personsConnectionString, TimeProvider time)
        : base(time)
    {
        main = Build("main", connectionString, commandTimeoutSeconds: 2);
        Persons = Build("persons", string.IsNullOrWhiteSpace(personsConnectionString) ? connectionString : personsConnectionString, commandTimeoutSeconds: 3);
    }

    /// <summary>The people's pool.</summary>
    internal NpgsqlDataSource Persons { get; }

    internal override bool IsPostgres => true;

    internal override string Now => "now()";

    internal override async ValueTask<DbConnection> OpenAsync(CancellationToken cancellationToken) => await main.OpenConnectionAsync(cancellationToken);

    internal override async ValueTask<DbConnection> OpenPersonsAsync(CancellationToken cancellationToken) => await Persons.OpenConnectionAsync(cancellationToken);

    internal override ValueTask<DbTransaction> BeginReadAsync(DbConnection connection, CancellationToken cancellationToken) =>
        connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);

    internal override string Json(string column) => column + "::text";

    internal override string ArrayJson(string column) => $"to_jsonb({column})::text";

    internal override string JsonParameter(string name) => $"@{name}::jsonb";

    internal override object Timestamp(DateTimeOffset time) => time.UtcDateTime;

    internal override LookupFailure Describe(Exception exception) => PostgresFailures.Describe(exception);

    public async ValueTask DisposeAsync()
    {
        await main.DisposeAsync();
        await Persons.DisposeAsync();
    }

    // The caller's own settings win; what they leave open is set so that one slow statement cannot hold a request.
    private static NpgsqlDataSource Build(string name, string connectionString, int commandTimeoutSeconds)
    {
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { IncludeErrorDetail = false, LogParameters = false };
        bool IsGiven(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (given.ContainsKey(name))
                {
                    return true;
                }
            }

            return false;
        }

        settings.MaxPoolSize = IsGiven("Maximum Pool Size", "MaxPoolSize") ? settings.MaxPoolSize : 10;
        settings.Timeout = IsGiven("Timeout") ? settings.Timeout : 2;
        settings.CommandTimeout = IsGiven("Command Timeout", "CommandTimeout") ? settings.CommandTimeout : commandTimeoutSeconds;

        // A server that hangs does not answer a cancellation either.
        settings.CancellationTimeout = IsGiven("Cancellation Timeout", "CancellationTimeout") ? settings.CancellationTimeout : -1;
        settings.MaxAutoPrepare = IsGiven("Max Auto Prepare", "MaxAutoPrepare") ? settings.MaxAutoPrepare : 32;
        settings.AutoPrepareMinUsages = 2;

        // No statement of this service leaves anything behind in a session, and a reset would be a second statement for each.
        settings.NoResetOnClose = true;
        settings.ApplicationName ??= "flags-service";

        // The name stands for the connection string in metrics.
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name }.Build();
    }
}
