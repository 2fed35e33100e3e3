namespace FlagsService.Evaluation.Results;

/// <summary>The reasons of results that did not fail; a higher one replaces a lower one while conditions are tried.</summary>
internal enum ReasonKind
{
    MissingDependency = -1,
    NoGroupType = 1,
    NoConditionMatch = 2,
    OutOfRolloutBound = 3,
    ConditionMatch = 4,
    HoldoutConditionValue = 5,
    SuperConditionValue = 6,

    /// <summary>Nothing matched, and a group condition was skipped.</summary>
    NoConditionMatchWithoutGroup,

    /// <summary>Nothing matched, and a cohort that missed is not fully decidable here.</summary>
    NoConditionMatchOfBehavior,
}
