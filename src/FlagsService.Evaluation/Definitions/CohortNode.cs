namespace FlagsService.Evaluation.Definitions;

/// <summary>A node of a cohort's property tree: <see cref="CohortGroup"/>, <see cref="CohortPropertyLeaf"/>, <see cref="CohortReferenceLeaf"/> or <see cref="CohortUnresolvableLeaf"/>.</summary>
public abstract record CohortNode;
