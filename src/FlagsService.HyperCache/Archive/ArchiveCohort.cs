using FlagsService.Evaluation.Definitions;

namespace FlagsService.HyperCache.Archive;

/// <summary>A cohort with its members.</summary>
/// <param name="Row">The cohort.</param>
/// <param name="Members">Distinct ids of the people in a static cohort.</param>
public sealed record ArchiveCohort(CohortRow Row, IReadOnlyList<string> Members);
