using FlagsService.Evaluation.Lookups;
using FlagsService.HyperCache.Persons;
using FlagsService.Storage.Resilience;
using FlagsService.Storage.Sql;
using Npgsql;
using NpgsqlTypes;

namespace FlagsService.Storage.Postgres;

/// <summary>All that a request needs of people and groups in one batch, hence one round trip.</summary>
internal sealed class PostgresPersonStore(PostgresDatabase database) : IPersonStore
{
    private const string PersonSql =
        """
        select p.id, p.created_at, p.properties::text from posthog_persondistinctid d join posthog_person p on p.id = d.person_id and p.team_id = d.team_id
        where d.team_id = $1 and d.distinct_id = $2 limit 1
        """;

    private const string CohortSql =
        """
        select c.cohort_id from posthog_persondistinctid d join posthog_cohortpeople c on c.person_id = d.person_id
        where d.team_id = $1 and d.distinct_id = $2 and c.cohort_id = any($3)
        """;

    private const string GroupSql =
        """
        select g.group_type_index, g.group_properties::text from unnest($2::int[], $3::text[]) w(i, k)
        join posthog_group g on g.team_id = $1 and g.group_type_index = w.i and g.group_key = w.k
        """;

    // Only ids whose person row still exists: a write for a vanished person would fail.
    private const string OverrideSql =
        """
        select d.distinct_id, p.id, o.feature_flag_key, o.hash_key from posthog_persondistinctid d join posthog_person p on p.id = d.person_id and p.team_id = d.team_id
        left join posthog_featureflaghashkeyoverride o on o.person_id = p.id and o.team_id = d.team_id
        where d.team_id = $1 and d.distinct_id = any($2)
        """;

    private const string WriteSql =
        """
        insert into posthog_featureflaghashkeyoverride (team_id, person_id, feature_flag_key, hash_key)
        select $1, p.id, w.k, $4 from unnest($2::bigint[], $3::text[]) w(p, k) join posthog_person p on p.id = w.p and p.team_id = $1 on conflict do nothing
        """;

    private readonly Polly.ResiliencePipeline reads = StorePipelines.ForReads(database.Time);
    private readonly HashKeyWriter writer = new(database.Time);

    public async ValueTask<LookupResult> FetchAsync(int teamId, LookupPlan plan, CancellationToken cancellationToken)
    {
        PersonRows rows;
        try
        {
            // Left alone rather than cancelled, for the reason given at SqlDatabase.ReadAsync.
            rows = await reads.ExecuteAsync(
                static async (call, token) => await call.Store.ReadAsync(call.TeamId, call.Plan, token), (Store: this, TeamId: teamId, Plan: plan), CancellationToken.None).AsTask().WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (StoreTrouble.IsTrouble(exception))
        {
            StorageMetrics.Count(exception);
            var failure = database.Describe(exception);
            return new LookupResult { PropertiesFailure = plan.NeedsProperties ? failure : null, HashKeyFailure = plan.NeedsHashKeyOverrides ? failure : null };
        }

        return await writer.CompleteAsync(teamId, plan, rows, WriteAsync, cancellationToken);
    }

    private async ValueTask<PersonRows> ReadAsync(int teamId, LookupPlan plan, CancellationToken cancellationToken)
    {
        await using var batch = database.Persons.CreateBatch();
        var rows = new PersonRows();
        if (plan.NeedsProperties)
        {
            Add(batch, PersonSql, Int(teamId), Text(plan.DistinctId));
            if (plan.StaticCohortIds.Count > 0)
            {
                Add(batch, CohortSql, Int(teamId), Text(plan.DistinctId), new NpgsqlParameter<int[]> { TypedValue = [.. plan.StaticCohortIds] });
            }

            if (plan.Groups.Count > 0)
            {
                Add(batch, GroupSql, Int(teamId),
                    new NpgsqlParameter<int[]> { TypedValue = [.. plan.Groups.Select(g => g.TypeIndex)] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. plan.Groups.Select(g => Clean(g.Key))] });
            }
        }

        if (plan.NeedsHashKeyOverrides)
        {
            Add(batch, OverrideSql, Int(teamId), new NpgsqlParameter<string[]> { TypedValue = plan.AnonymousId is { } other ? [Clean(plan.DistinctId), Clean(other)] : [Clean(plan.DistinctId)] });
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        if (plan.NeedsProperties)
        {
            if (await reader.ReadAsync(cancellationToken))
            {
                rows.Person = new PersonRow(reader.GetInt64(0), new DateTimeOffset(reader.GetDateTime(1)), reader.GetFieldValue<byte[]>(2));
            }

            await reader.NextResultAsync(cancellationToken);
            if (plan.StaticCohortIds.Count > 0)
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    rows.StaticCohortIds.Add(reader.GetInt32(0));
                }

                await reader.NextResultAsync(cancellationToken);
            }

            if (plan.Groups.Count > 0)
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    rows.Groups.Add(new GroupRow(reader.GetInt32(0), reader.GetFieldValue<byte[]>(1)));
                }

                await reader.NextResultAsync(cancellationToken);
            }
        }

        while (plan.NeedsHashKeyOverrides && await reader.ReadAsync(cancellationToken))
        {
            rows.AddOverride(plan, reader.GetString(0), reader.GetInt64(1), reader.TextOrNull(2), reader.TextOrNull(3));
        }

        return rows;
    }

    private async Task WriteAsync(int teamId, IReadOnlyList<(long PersonId, string FlagKey)> missing, string hashKey, CancellationToken cancellationToken)
    {
        await using var connection = await database.Persons.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(WriteSql, connection, transaction);
        command.Parameters.Add(Int(teamId));
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. missing.Select(pair => pair.PersonId)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. missing.Select(pair => pair.FlagKey)] });
        command.Parameters.Add(Text(hashKey));
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter<int> Int(int value) => new() { TypedValue = value };

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = Clean(value), NpgsqlDbType = NpgsqlDbType.Text };

    // Postgres holds no NUL in a text, so an id with one has no row; without it the statement stays legal and finds nothing it should not.
    private static string Clean(string value) => value.Contains('\0', StringComparison.Ordinal) ? value.Replace('\0', '\uFFFD') : value;
}
