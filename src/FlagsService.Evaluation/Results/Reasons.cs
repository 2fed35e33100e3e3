using System.Globalization;

namespace FlagsService.Evaluation.Results;

/// <summary>The codes and sentences of the wire.</summary>
internal static class Reasons
{
    public static FlagReason Create(ReasonKind kind, int? condition) => kind switch
    {
        ReasonKind.SuperConditionValue => new("super_condition_value", condition, "Super condition value"),
        ReasonKind.HoldoutConditionValue => new("holdout_condition_value", condition, "Holdout condition value"),
        ReasonKind.ConditionMatch => new("condition_match", condition, string.Create(CultureInfo.InvariantCulture, $"Matched condition set {condition + 1}")),
        ReasonKind.OutOfRolloutBound => new("out_of_rollout_bound", condition, "Out of rollout bound"),
        ReasonKind.NoConditionMatch => new("no_condition_match", condition, "No matching condition set"),
        ReasonKind.NoConditionMatchWithoutGroup => new(
            "no_condition_match", condition, "No matching condition set (group conditions were not evaluated because no group type was provided)"),
        ReasonKind.NoConditionMatchOfBehavior => new(
            "no_condition_match",
            condition,
            "This condition targets a behavioral or realtime cohort. Its membership is not fully evaluated here, so this result can differ from the cohort's member list."),
        ReasonKind.MissingDependency => new("missing_dependency", condition, "Flag cannot be evaluated due to missing dependency"),
        _ => new("no_group_type", condition, "No group type"),
    };

    public static FlagReason CohortFault(Compilation.CohortFault fault) => fault switch
    {
        Compilation.CohortFault.NotFound => new("dependency_not_found_cohort", null, "Cohort dependency not found"),
        Compilation.CohortFault.Cycle => new("dependency_cycle_cohort", null, "Cohort dependency cycle detected"),
        _ => new("cohort_filters_parsing_error", null, "Failed to parse cohort filters"),
    };

    public static FlagReason HashKeyFailure { get; } = new("hash_key_override_error", null, "Failed to fetch hash key override for experience continuity");

    public static FlagReason Unsupported { get; } = new("flag_data_parsing_error", null, "Failed to parse flag data: unsupported feature flag configuration format");
}
