using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using FlagsService.Evaluation.Lookups;
using FlagsService.HyperCache.Persons;
using FlagsService.Storage.Resilience;
using FlagsService.Storage.Sql;

namespace FlagsService.Storage.Sqlite;

/// <summary>The reads of the Postgres store on one connection to a local file, where statements cost no round trip.</summary>
internal sealed class SqlitePersonStore(SqliteDatabase database) : IPersonStore
{
    private readonly HashKeyWriter writer = new(database.Time);

    public async ValueTask<LookupResult> FetchAsync(int teamId, LookupPlan plan, CancellationToken cancellationToken)
    {
        PersonRows rows;
        try
        {
            await using var connection = await database.OpenAsync(cancellationToken);
            rows = await ReadAsync(connection, teamId, plan, cancellationToken);
        }
        catch (Exception exception) when (StoreTrouble.IsTrouble(exception))
        {
            StorageMetrics.Count(exception);
            var failure = database.Describe(exception);
            return new LookupResult { PropertiesFailure = plan.NeedsProperties ? failure : null, HashKeyFailure = plan.NeedsHashKeyOverrides ? failure : null };
        }

        return await writer.CompleteAsync(teamId, plan, rows, WriteAsync, cancellationToken);
    }

    private static async Task<PersonRows> ReadAsync(DbConnection connection, int teamId, LookupPlan plan, CancellationToken cancellationToken)
    {
        var rows = new PersonRows();
        if (plan.NeedsProperties)
        {
            await ReadPersonAsync(connection, teamId, plan, rows, cancellationToken);
            await ReadCohortsAsync(connection, teamId, plan, rows, cancellationToken);
            await ReadGroupsAsync(connection, teamId, plan, rows, cancellationToken);
        }

        if (plan.NeedsHashKeyOverrides)
        {
            await ReadOverridesAsync(connection, teamId, plan, rows, cancellationToken);
        }

        return rows;
    }

    private static async Task ReadPersonAsync(DbConnection connection, int teamId, LookupPlan plan, PersonRows rows, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            """
            select p.id, p.created_at, p.properties from posthog_persondistinctid d join posthog_person p on p.id = d.person_id and p.team_id = d.team_id
            where d.team_id = @team and d.distinct_id = @id limit 1
            """,
            ("team", teamId), ("id", plan.DistinctId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (await reader.ReadAsync(cancellationToken))
        {
            var created = DateTimeOffset.TryParse(reader.GetString(1), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : default;
            rows.Person = new PersonRow(reader.GetInt64(0), created, reader.JsonOrNull(2) ?? default);
        }
    }

    private static async Task ReadCohortsAsync(DbConnection connection, int teamId, LookupPlan plan, PersonRows rows, CancellationToken cancellationToken)
    {
        if (plan.StaticCohortIds.Count == 0)
        {
            return;
        }

        await using var command = connection.Command(
            """
            select c.cohort_id from posthog_persondistinctid d join posthog_cohortpeople c on c.person_id = d.person_id
            where d.team_id = @team and d.distinct_id = @id and c.cohort_id in (select value from json_each(@ids))
            """,
            ("team", teamId), ("id", plan.DistinctId), ("ids", "[" + string.Join(',', plan.StaticCohortIds) + "]"));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.StaticCohortIds.Add(reader.GetInt32(0));
        }
    }

    private static async Task ReadGroupsAsync(DbConnection connection, int teamId, LookupPlan plan, PersonRows rows, CancellationToken cancellationToken)
    {
        foreach (var (index, key) in plan.Groups)
        {
            await using var command = connection.Command(
                "select group_properties from posthog_group where team_id = @team and group_type_index = @index and group_key = @key", ("team", teamId), ("index", index), ("key", key));
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (await reader.ReadAsync(cancellationToken))
            {
                rows.Groups.Add(new GroupRow(index, reader.JsonOrNull(0) ?? default));
            }
        }
    }

    private static async Task ReadOverridesAsync(DbConnection connection, int teamId, LookupPlan plan, PersonRows rows, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            """
            select d.distinct_id, p.id, o.feature_flag_key, o.hash_key from posthog_persondistinctid d join posthog_person p on p.id = d.person_id and p.team_id = d.team_id
            left join posthog_featureflaghashkeyoverride o on o.person_id = p.id and o.team_id = d.team_id
            where d.team_id = @team and d.distinct_id in (@id, @other)
            """,
            ("team", teamId), ("id", plan.DistinctId), ("other", plan.AnonymousId ?? plan.DistinctId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.AddOverride(plan, reader.GetString(0), reader.GetInt64(1), reader.TextOrNull(2), reader.TextOrNull(3));
        }
    }

    private async Task WriteAsync(int teamId, IReadOnlyList<(long PersonId, string FlagKey)> missing, string hashKey, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Command(
            """
            insert into posthog_featureflaghashkeyoverride (team_id, person_id, feature_flag_key, hash_key)
            select @team, p.id, w.value ->> 1, @hash from json_each(@missing) w join posthog_person p on p.id = w.value ->> 0 where true on conflict do nothing
            """,
            ("team", teamId), ("hash", hashKey), ("missing", JsonSerializer.Serialize(missing.Select(pair => new object[] { pair.PersonId, pair.FlagKey }))));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
