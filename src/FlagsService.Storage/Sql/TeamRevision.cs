namespace FlagsService.Storage.Sql;

/// <summary>SQL that orders and tells apart states of a team, where the team's row is <c>t</c>.</summary>
internal static class TeamRevision
{
    private const string Outbox = "(select coalesce(max(o.id), 0) from flagsservice_outbox o where o.team_id = t.id)";

    // Where nobody announces changes: whatever is visible now was written before this.
    private const string Snapshot = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint";

    // There, too: a number made of every row that the definitions are read from. It tells another state, not a newer one.
    private static readonly string Rows =
        "(hashtextextended(t::text, 0) / 16 + " + string.Join(" + ",
        new[]
        {
            "posthog_featureflag r where r.team_id = t.id",
            "posthog_cohort r where r.team_id in (select p.id from posthog_team p where p.project_id = t.project_id)",
            "posthog_experiment r where r.team_id = t.id",
            "posthog_evaluationcontext r where r.team_id = t.id",
            "posthog_featureflagevaluationcontext r where r.feature_flag_id in (select f.id from posthog_featureflag f where f.team_id = t.id)",
            "posthog_grouptypemapping r where r.project_id = t.project_id",
            "feature_flags_teamfeatureflagsconfig r where r.team_id = t.id",
        }.Select(rows => $"(select coalesce(sum(hashtextextended(r::text, 0) / 1048576), 0)::bigint from {rows})")) + ")";

    /// <summary>Orders two readings of a team.</summary>
    internal static string Revision(SqlDatabase database) => database.HasTriggers ? Outbox : Snapshot;

    /// <summary>Tells whether two readings of a team saw the same rows.</summary>
    internal static string Fingerprint(SqlDatabase database) => database.HasTriggers ? Outbox : Rows;
}
