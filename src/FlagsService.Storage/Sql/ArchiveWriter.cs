using System.Data.Common;
using System.Text;
using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache.Archive;

namespace FlagsService.Storage.Sql;

/// <summary>Writes a document row by row inside one transaction. A row keeps the document's id where that id is free.</summary>
internal sealed class ArchiveWriter(SqlDatabase database, DbConnection connection, DbTransaction transaction, int teamId, IProgress<int>? progress)
{
    private readonly ArchiveIds ids = new();
    private static readonly string[] SequencedTables = ["posthog_featureflag", "posthog_cohort"];
    private int written;

    internal async Task WriteAsync(ArchiveDocument document, CancellationToken cancellationToken)
    {
        foreach (var (index, name) in document.GroupTypes)
        {
            await WriteGroupTypeAsync(index, name, cancellationToken);
        }

        foreach (var cohort in document.Cohorts)
        {
            ids.Cohorts[cohort.Row.Id] = await PlaceCohortAsync(cohort.Row, cancellationToken);
        }

        foreach (var flag in document.Flags)
        {
            ids.Flags[flag.Id] = await PlaceAsync("posthog_featureflag", flag.Id, "key = @key", ("key", flag.Key), cancellationToken);
        }

        foreach (var person in document.Persons)
        {
            await WritePersonAsync(person, cancellationToken);
        }

        foreach (var cohort in document.Cohorts)
        {
            await WriteCohortAsync(cohort, cancellationToken);
        }

        foreach (var flag in document.Flags)
        {
            await WriteFlagAsync(flag, cancellationToken);
        }

        foreach (var group in document.Groups)
        {
            await WriteGroupAsync(group, cancellationToken);
        }

        await AdvanceSequencesAsync(cancellationToken);
    }

    private async Task WriteGroupTypeAsync(int index, string name, CancellationToken cancellationToken)
    {
        var known = await CountAsync("update posthog_grouptypemapping set group_type = @name where team_id = @team and group_type_index = @index", cancellationToken, ("name", name), ("index", index));
        if (known == 0)
        {
            await CountAsync(
                "insert into posthog_grouptypemapping (team_id, project_id, group_type, group_type_index) select id, project_id, @name, @index from posthog_team where id = @team",
                cancellationToken, ("name", name), ("index", index));
        }

        Report();
    }

    // Where another team has the id, the cohort was given one of its own at the first import, and is known by its name from then on.
    private async Task<int> PlaceCohortAsync(CohortRow cohort, CancellationToken cancellationToken)
    {
        var owner = await ScalarAsync("select team_id from posthog_cohort where id = @id", cancellationToken, ("id", cohort.Id));
        if (owner is { } other && other != teamId)
        {
            var placed = string.Join(',', ids.Cohorts.Values.Prepend(0));
            if (await ScalarAsync($"select min(id) from posthog_cohort where team_id = @team and name = @name and not deleted and id not in ({placed})", cancellationToken, ("name", cohort.Name)) is { } known)
            {
                return (int)known;
            }
        }

        return await PlaceAsync("posthog_cohort", cohort.Id, "id = @id", ("id", cohort.Id), cancellationToken);
    }

    /// <summary>The row a document's row becomes: the one this team has already, else a new one under the same id, else under a fresh id.</summary>
    private async Task<int> PlaceAsync(string table, int documentId, string identity, (string Name, object? Value) parameter, CancellationToken cancellationToken)
    {
        if (await ScalarAsync($"select id from {table} where team_id = @team and {identity}", cancellationToken, parameter) is { } existing)
        {
            return (int)existing;
        }

        var isFree = documentId > 0 && await ScalarAsync($"select id from {table} where id = @documentId", cancellationToken, ("documentId", documentId)) is null;
        var (columns, values) = table == "posthog_featureflag" ? ("team_id, key", "@team, @key") : ("team_id", "@team");
        return (int)(await ScalarAsync(
            isFree ? $"insert into {table} (id, {columns}) values (@documentId, {values}) returning id" : $"insert into {table} ({columns}) values ({values}) returning id",
            cancellationToken, parameter, ("documentId", documentId)))!;
    }

    private async Task WriteFlagAsync(FlagRow flag, CancellationToken cancellationToken)
    {
        var id = ids.Flags[flag.Id];
        await CountAsync(
            $"""
            update posthog_featureflag set name = @name, filters = {database.JsonParameter("filters")}, active = @active, deleted = @deleted, version = @version,
              ensure_experience_continuity = @continuity, evaluation_runtime = @runtime, bucketing_identifier = @bucketing, updated_at = {database.Now}
            where id = @id and team_id = @team
            """,
            cancellationToken,
            ("id", id), ("name", flag.Name), ("filters", ids.Rewrite(flag.FiltersJson)), ("active", flag.Active), ("deleted", flag.Deleted), ("version", flag.Version),
            ("continuity", flag.EnsureExperienceContinuity), ("runtime", flag.EvaluationRuntime), ("bucketing", flag.BucketingIdentifier));
        await WriteContextsAsync(id, flag.EvaluationContexts, cancellationToken);
        await CountAsync("update posthog_experiment set deleted = not @linked where feature_flag_id = @id and team_id = @team", cancellationToken, ("id", id), ("linked", flag.HasExperiment));
        if (flag.HasExperiment)
        {
            await CountAsync(
                "insert into posthog_experiment (team_id, feature_flag_id, name) select @team, @id, @key where not exists (select 1 from posthog_experiment where feature_flag_id = @id)",
                cancellationToken, ("id", id), ("key", flag.Key));
        }

        Report();
    }

    private async Task WriteContextsAsync(int flagId, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        await CountAsync("delete from posthog_featureflagevaluationcontext where feature_flag_id = @id", cancellationToken, ("id", flagId));
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            await CountAsync("insert into posthog_evaluationcontext (team_id, name) values (@team, @name) on conflict do nothing", cancellationToken, ("name", name));
            await CountAsync(
                "insert into posthog_featureflagevaluationcontext (feature_flag_id, evaluation_context_id) select @id, id from posthog_evaluationcontext where team_id = @team and name = @name",
                cancellationToken, ("id", flagId), ("name", name));
        }
    }

    private async Task WriteCohortAsync(ArchiveCohort cohort, CancellationToken cancellationToken)
    {
        var id = ids.Cohorts[cohort.Row.Id];
        await CountAsync(
            $"""
            update posthog_cohort set name = @name, is_static = @static, filters = {database.JsonParameter("filters")}, groups = {database.JsonParameter("groups")}, cohort_type = @type, deleted = @no
            where id = @id and team_id = @team
            """,
            cancellationToken,
            ("id", id), ("name", cohort.Row.Name), ("static", cohort.Row.IsStatic), ("type", cohort.Row.CohortType), ("no", false),
            ("filters", cohort.Row.FiltersJson is { } filters ? ids.Rewrite(filters) : null), ("groups", cohort.Row.GroupsJson is { } groups ? ids.Rewrite(groups) : "[]"));
        await CountAsync("delete from posthog_cohortpeople where cohort_id = @id", cancellationToken, ("id", id));
        foreach (var member in cohort.Members)
        {
            await CountAsync(
                "insert into posthog_cohortpeople (cohort_id, person_id) select @id, person_id from posthog_persondistinctid where team_id = @team and distinct_id = @member on conflict do nothing",
                cancellationToken, ("id", id), ("member", member));
        }

        Report();
    }

    private async Task WritePersonAsync(ArchivePerson person, CancellationToken cancellationToken)
    {
        var properties = Encoding.UTF8.GetString(person.PropertiesJson.Span);
        var created = database.Timestamp(person.CreatedAt ?? database.Time.GetUtcNow());
        var uuid = person.Uuid ?? Guid.NewGuid();
        object uuidValue = database.IsPostgres ? uuid : uuid.ToString();
        var id = await ScalarAsync("select person_id from posthog_persondistinctid where team_id = @team and distinct_id = @first", cancellationToken, ("first", person.DistinctIds[0]));
        if (id is null)
        {
            id = await ScalarAsync(
                $"insert into posthog_person (team_id, uuid, created_at, properties) values (@team, @uuid, @created, {database.JsonParameter("properties")}) returning id",
                cancellationToken, ("uuid", uuidValue), ("created", created), ("properties", properties));
        }
        else
        {
            await CountAsync($"update posthog_person set properties = {database.JsonParameter("properties")} where id = @person and team_id = @team", cancellationToken, ("person", id), ("properties", properties));
        }

        foreach (var distinctId in person.DistinctIds)
        {
            await CountAsync(
                "insert into posthog_persondistinctid (team_id, distinct_id, person_id) values (@team, @distinct, @person) on conflict do nothing",
                cancellationToken, ("distinct", distinctId), ("person", id));
        }

        Report();
    }

    private async Task WriteGroupAsync(ArchiveGroup group, CancellationToken cancellationToken)
    {
        await CountAsync(
            $"""
            insert into posthog_group (team_id, group_type_index, group_key, group_properties) values (@team, @index, @key, {database.JsonParameter("properties")})
            on conflict (team_id, group_key, group_type_index) do update set group_properties = excluded.group_properties
            """,
            cancellationToken, ("index", group.TypeIndex), ("key", group.Key), ("properties", Encoding.UTF8.GetString(group.PropertiesJson.Span)));
        Report();
    }

    // An id that was given does not move the sequence, and the next insert without one would collide.
    private async Task AdvanceSequencesAsync(CancellationToken cancellationToken)
    {
        if (!database.IsPostgres)
        {
            return;
        }

        foreach (var table in SequencedTables)
        {
            await ScalarAsync($"select setval(pg_get_serial_sequence('{table}', 'id'), greatest((select coalesce(max(id), 1) from {table}), nextval(pg_get_serial_sequence('{table}', 'id'))))", cancellationToken);
        }
    }

    private async Task<int> CountAsync(string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task<long?> ScalarAsync(string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteScalarAsync(cancellationToken) is { } value and not DBNull ? Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture) : null;
    }

    private DbCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        (string, object?)[] all = [("team", teamId), .. parameters];
        var command = connection.Command(sql, [.. all.Where(parameter => sql.Contains("@" + parameter.Item1, StringComparison.Ordinal))]);
        command.Transaction = transaction;
        return command;
    }

    private void Report() => progress?.Report(++written);
}
