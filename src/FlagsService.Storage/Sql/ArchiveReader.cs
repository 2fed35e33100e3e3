using System.Data.Common;
using System.Globalization;
using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache.Archive;

namespace FlagsService.Storage.Sql;

/// <summary>Reads everything of one team in a fixed order.</summary>
internal sealed class ArchiveReader(SqlDatabase database, DbConnection connection, int teamId)
{
    internal async Task<ArchiveDocument> ReadAsync(CancellationToken cancellationToken)
    {
        var types = await ListAsync("select group_type_index, group_type from posthog_grouptypemapping where team_id = @team order by 1", r => (r.GetInt32(0), r.GetString(1)), cancellationToken);
        return new ArchiveDocument
        {
            GroupTypes = types.ToDictionary(type => type.Item1, type => type.Item2),
            Cohorts = await CohortsAsync(cancellationToken),
            Flags = await FlagsAsync(cancellationToken),
            Persons = await PersonsAsync(cancellationToken),
            Groups = await ListAsync(
                $"select group_type_index, group_key, {database.Json("group_properties")} from posthog_group where team_id = @team order by 1, 2",
                r => new ArchiveGroup(r.GetInt32(0), r.GetString(1), r.JsonOrNull(2)), cancellationToken),
        };
    }

    private async Task<List<ArchiveCohort>> CohortsAsync(CancellationToken cancellationToken)
    {
        var members = await ListAsync(
            """
            select cp.cohort_id, (select d.distinct_id from posthog_persondistinctid d where d.person_id = cp.person_id order by d.id limit 1)
            from posthog_cohortpeople cp join posthog_cohort c on c.id = cp.cohort_id where c.team_id = @team order by cp.id
            """,
            r => (CohortId: r.GetInt32(0), DistinctId: r.TextOrNull(1)), cancellationToken);
        var byCohort = members.Where(member => member.DistinctId is not null).ToLookup(member => member.CohortId, member => member.DistinctId!);
        var rows = await ListAsync(
            $"select id, name, is_static, {database.Json("filters")}, {database.Json("groups")}, cohort_type from posthog_cohort where team_id = @team and not deleted order by id",
            r => new CohortRow
            {
                Id = r.GetInt32(0),
                TeamId = teamId,
                Name = r.TextOrNull(1) ?? "",
                IsStatic = r.Flag(2),
                FiltersJson = r.DocumentOrNull(3),
                GroupsJson = r.DocumentOrNull(4),
                CohortType = r.TextOrNull(5),
            },
            cancellationToken);
        return [.. rows.Select(row => new ArchiveCohort(row, [.. byCohort[row.Id]]))];
    }

    private async Task<List<FlagRow>> FlagsAsync(CancellationToken cancellationToken)
    {
        var contexts = (await ListAsync(
            """
            select l.feature_flag_id, c.name from posthog_featureflagevaluationcontext l join posthog_evaluationcontext c on c.id = l.evaluation_context_id
            where c.team_id = @team order by 1, 2
            """,
            r => (FlagId: r.GetInt32(0), Name: r.GetString(1)), cancellationToken)).ToLookup(link => link.FlagId, link => link.Name);
        return await ListAsync(
            $"""
            select f.id, f.key, f.name, {database.Json("f.filters")}, f.active, f.deleted, f.ensure_experience_continuity, f.version, f.evaluation_runtime, f.bucketing_identifier,
              exists (select 1 from posthog_experiment e where e.feature_flag_id = f.id and not e.deleted)
            from posthog_featureflag f where f.team_id = @team and not f.deleted order by f.id
            """,
            r => new FlagRow
            {
                Id = r.GetInt32(0),
                TeamId = teamId,
                Key = r.GetString(1),
                Name = r.TextOrNull(2) ?? "",
                FiltersJson = r.JsonOrNull(3) ?? default,
                Active = r.Flag(4),
                Deleted = r.Flag(5),
                EnsureExperienceContinuity = r.Flag(6),
                Version = r.IsDBNull(7) ? null : r.GetInt32(7),
                EvaluationRuntime = r.TextOrNull(8),
                BucketingIdentifier = r.TextOrNull(9),
                HasExperiment = r.Flag(10),
                EvaluationContexts = [.. contexts[r.GetInt32(0)]],
            },
            cancellationToken);
    }

    private async Task<List<ArchivePerson>> PersonsAsync(CancellationToken cancellationToken)
    {
        var ids = (await ListAsync(
            "select person_id, distinct_id from posthog_persondistinctid where team_id = @team order by id",
            r => (PersonId: r.GetInt64(0), DistinctId: r.GetString(1)), cancellationToken)).ToLookup(id => id.PersonId, id => id.DistinctId);
        return await ListAsync(
            $"select id, cast(uuid as text), created_at, {database.Json("properties")} from posthog_person where team_id = @team order by id",
            r => new ArchivePerson(Guid.Parse(r.GetString(1)), [.. ids[r.GetInt64(0)]], r.JsonOrNull(3), Time(r.GetValue(2))), cancellationToken);
    }

    private static DateTimeOffset Time(object value) =>
        value is DateTime time ? new DateTimeOffset(time) : DateTimeOffset.Parse((string)value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private async Task<List<T>> ListAsync<T>(string sql, Func<DbDataReader, T> map, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(sql, ("team", teamId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(map(reader));
        }

        return rows;
    }
}
