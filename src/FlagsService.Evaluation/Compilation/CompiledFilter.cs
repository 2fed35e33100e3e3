using FlagsService.Evaluation.Definitions;

namespace FlagsService.Evaluation.Compilation;

/// <summary>A stored filter with the one test it became.</summary>
internal readonly record struct CompiledFilter(PropertyFilter Source, CompiledPredicate? Predicate, DependencyTest? Dependency, CohortTest? Cohort);
