namespace FlagsService.Evaluation.Definitions;

/// <summary>Membership of another cohort.</summary>
/// <param name="CohortId">The other cohort.</param>
/// <param name="Filter">The stored leaf: its operator is in when absent; any other than in and not_in never holds.</param>
public sealed record CohortReferenceLeaf(long CohortId, PropertyFilter Filter) : CohortNode;
