namespace FlagsService.Evaluation.Compilation;

/// <summary>Why a cohort cannot be evaluated; each fails the flag that asks.</summary>
internal enum CohortFault
{
    None,
    Unreadable,
    NotFound,
    Cycle,
}
