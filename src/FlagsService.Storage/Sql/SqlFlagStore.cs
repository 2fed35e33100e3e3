using System.Data.Common;
using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache;
using FlagsService.HyperCache.FlagDefinitions;

namespace FlagsService.Storage.Sql;

/// <summary>The definitions of a team, read in one transaction that sees one state.</summary>
internal sealed class SqlFlagStore(SqlDatabase database) : IFlagStore
{
    private bool? hasSurveys;

    public ValueTask<StoreAnswer<TeamDefinitions>> LoadAsync(int teamId, CancellationToken cancellationToken) =>
        database.ReadAsync(teamId, ReadAsync, cancellationToken);

    public async ValueTask<IReadOnlyDictionary<int, long>?> ReadFingerprintsAsync(IReadOnlyCollection<int> teamIds, CancellationToken cancellationToken)
    {
        var list = "[" + string.Join(',', teamIds) + "]";
        var ids = database.IsPostgres ? "(select value::int from jsonb_array_elements_text(@ids::jsonb))" : "(select value from json_each(@ids))";
        var sql = $"select t.id, {TeamRevision.Fingerprint(database)} from posthog_team t where t.id in {ids}";
        var answer = await database.ReadAsync<(string Sql, string Ids), Dictionary<int, long>>(
            (sql, list),
            static async (connection, ask, cancel) =>
            {
                await using var command = connection.Command(ask.Sql, ("ids", ask.Ids));
                await using var reader = await command.ExecuteReaderAsync(cancel);
                var fingerprints = new Dictionary<int, long>();
                while (await reader.ReadAsync(cancel))
                {
                    fingerprints[reader.GetInt32(0)] = Convert.ToInt64(reader.GetValue(1), System.Globalization.CultureInfo.InvariantCulture);
                }

                return fingerprints;
            },
            cancellationToken);
        return answer.Value;
    }

    private async ValueTask<TeamDefinitions?> ReadAsync(DbConnection connection, int teamId, CancellationToken cancellationToken)
    {
        await using var transaction = await database.BeginReadAsync(connection, cancellationToken);
        var team = await ReadTeamAsync(connection, teamId, cancellationToken);
        if (team is not null)
        {
            team = team with
            {
                Flags = await ReadFlagsAsync(connection, teamId, cancellationToken),
                Cohorts = await ReadCohortsAsync(connection, teamId, cancellationToken),
                GroupTypes = await ReadGroupTypesAsync(connection, teamId, cancellationToken),
                SurveyFlagIds = await ReadSurveyFlagsAsync(connection, teamId, cancellationToken),
            };
        }

        await transaction.CommitAsync(cancellationToken);
        return team;
    }

    private async Task<TeamDefinitions?> ReadTeamAsync(DbConnection connection, int teamId, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            $"""
            select t.timezone, c.property_matching_version, c.minimal_flag_called_events, {TeamRevision.Revision(database)}, {TeamRevision.Fingerprint(database)}
            from posthog_team t left join feature_flags_teamfeatureflagsconfig c on c.team_id = t.id where t.id = @team
            """,
            ("team", teamId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return !await reader.ReadAsync(cancellationToken) ? null : new TeamDefinitions
        {
            TeamId = teamId,
            TimeZone = reader.TextOrNull(0) ?? "UTC",
            ExplicitMatching = !reader.IsDBNull(1) && reader.GetInt32(1) == 2,
            MinimalFlagCalledEvents = reader.Flag(2),
            Revision = reader.GetInt64(3),
            Fingerprint = Convert.ToInt64(reader.GetValue(4), System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    private async Task<List<FlagRow>> ReadFlagsAsync(DbConnection connection, int teamId, CancellationToken cancellationToken)
    {
        var contexts = await ReadContextsAsync(connection, teamId, cancellationToken);

        // Three-valued on purpose: a null in either column is not "true", so the flag is loaded.
        await using var command = connection.Command(
            $"""
            select f.id, f.key, f.name, {database.Json("f.filters")}, f.active, f.ensure_experience_continuity, f.version, f.evaluation_runtime, f.bucketing_identifier,
              exists (select 1 from posthog_experiment e where e.feature_flag_id = f.id and not e.deleted), f.has_encrypted_payloads
            from posthog_featureflag f
            where f.team_id = @team and not f.deleted and not (coalesce(f.is_remote_configuration, false) and coalesce(f.has_encrypted_payloads, false))
            order by f.key
            """,
            ("team", teamId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var flags = new List<FlagRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = reader.GetInt32(0);
            flags.Add(new FlagRow
            {
                Id = id,
                TeamId = teamId,
                Key = reader.GetString(1),
                Name = reader.TextOrNull(2) ?? "",
                FiltersJson = reader.JsonOrNull(3) ?? default,
                Active = reader.Flag(4),
                EnsureExperienceContinuity = reader.Flag(5),
                Version = reader.IsDBNull(6) ? null : reader.GetInt32(6),
                EvaluationRuntime = reader.TextOrNull(7),
                BucketingIdentifier = reader.TextOrNull(8),
                HasExperiment = reader.Flag(9),
                HasEncryptedPayloads = reader.Flag(10),
                EvaluationContexts = contexts.TryGetValue(id, out var names) ? names : [],
            });
        }

        return flags;
    }

    private static async Task<Dictionary<int, List<string>>> ReadContextsAsync(DbConnection connection, int teamId, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            """
            select distinct l.feature_flag_id, c.name from posthog_featureflagevaluationcontext l join posthog_evaluationcontext c on c.id = l.evaluation_context_id
            join posthog_featureflag f on f.id = l.feature_flag_id where f.team_id = @team order by 1, 2
            """,
            ("team", teamId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var contexts = new Dictionary<int, List<string>>();
        while (await reader.ReadAsync(cancellationToken))
        {
            (System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(contexts, reader.GetInt32(0), out _) ??= []).Add(reader.GetString(1));
        }

        return contexts;
    }

    private async Task<List<CohortRow>> ReadCohortsAsync(DbConnection connection, int teamId, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            $"""
            select c.id, c.team_id, c.name, c.is_static, {database.Json("c.filters")}, {database.Json("c.groups")}, c.cohort_type
            from posthog_cohort c join posthog_team t on t.id = c.team_id
            where t.project_id = (select p.project_id from posthog_team p where p.id = @team) and not c.deleted order by c.id
            """,
            ("team", teamId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var cohorts = new List<CohortRow>();
        while (await reader.ReadAsync(cancellationToken))
        {
            cohorts.Add(new CohortRow
            {
                Id = reader.GetInt32(0),
                TeamId = reader.GetInt32(1),
                Name = reader.TextOrNull(2) ?? "",
                IsStatic = reader.Flag(3),
                FiltersJson = reader.DocumentOrNull(4),
                GroupsJson = reader.DocumentOrNull(5),
                CohortType = reader.TextOrNull(6),
            });
        }

        return cohorts;
    }

    private static async Task<Dictionary<int, string>> ReadGroupTypesAsync(DbConnection connection, int teamId, CancellationToken cancellationToken)
    {
        await using var command = connection.Command(
            """
            select m.group_type_index, m.group_type from posthog_grouptypemapping m
            where m.project_id = (select t.project_id from posthog_team t where t.id = @team) or m.team_id = @team order by 1
            """,
            ("team", teamId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var types = new Dictionary<int, string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            types[reader.GetInt32(0)] = reader.GetString(1);
        }

        return types;
    }

    // Surveys are another product's table: present only in a database that this service shares.
    private async Task<IReadOnlySet<int>> ReadSurveyFlagsAsync(DbConnection connection, int teamId, CancellationToken cancellationToken)
    {
        var ids = new HashSet<int>();
        if (!database.IsPostgres)
        {
            return ids;
        }

        if (hasSurveys is null)
        {
            await using var probe = connection.Command("select to_regclass('posthog_survey') is not null");
            hasSurveys = (bool)(await probe.ExecuteScalarAsync(cancellationToken))!;
        }

        if (hasSurveys == false)
        {
            return ids;
        }

        await using var command = connection.Command(
            "select unnest(array[targeting_flag_id, internal_targeting_flag_id, internal_response_sampling_flag_id]) from posthog_survey where team_id = @team", ("team", teamId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!reader.IsDBNull(0))
            {
                ids.Add(reader.GetInt32(0));
            }
        }

        return ids;
    }
}
