using Npgsql;
using NpgsqlTypes;

namespace FlagsService.LoadTests.Floor;

/// <summary>The person look-up of the server, statement and pool alike, and nothing around it.</summary>
internal sealed class PersonLookup : IAsyncDisposable
{
    private const string Sql =
        """
        select p.id, p.created_at, p.properties::text from posthog_persondistinctid d join posthog_person p on p.id = d.person_id and p.team_id = d.team_id
        where d.team_id = $1 and d.distinct_id = $2 limit 1
        """;

    private readonly NpgsqlDataSource source;

    internal PersonLookup(string connectionString) =>
        source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 10, MaxAutoPrepare = 32, AutoPrepareMinUsages = 2 }.ConnectionString);

    public ValueTask DisposeAsync() => source.DisposeAsync();

    internal async ValueTask<byte[]?> FetchAsync(int teamId, string distinctId, CancellationToken cancellationToken)
    {
        await using var batch = source.CreateBatch();
        var command = new NpgsqlBatchCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = teamId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = distinctId, NpgsqlDbType = NpgsqlDbType.Text });
        batch.BatchCommands.Add(command);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
        {
            return null;
        }

        _ = reader.GetInt64(0);
        _ = reader.GetDateTime(1);
        return reader.GetFieldValue<byte[]>(2);
    }
}
