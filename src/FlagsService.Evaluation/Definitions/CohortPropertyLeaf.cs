namespace FlagsService.Evaluation.Definitions;

/// <summary>A comparison of a person property or of person metadata.</summary>
/// <param name="Filter">The comparison, with its negation.</param>
public sealed record CohortPropertyLeaf(PropertyFilter Filter) : CohortNode;
