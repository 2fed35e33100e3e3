using FlagsService.Evaluation.Definitions;

namespace FlagsService.Evaluation.Compilation;

/// <summary>One condition set, ready to run.</summary>
internal sealed class CompiledCondition
{
    /// <summary>The condition as stored, for explanations.</summary>
    public required ConditionSet Source { get; init; }

    /// <summary>Ordinal of the group type; -1 for persons.</summary>
    public required int Aggregation { get; init; }

    public required double RolloutPercentage { get; init; }

    public required double Threshold { get; init; }

    /// <summary>Variant that the condition forces; -1 when the hash decides.</summary>
    public required int ForcedVariant { get; init; }

    /// <summary>One test for each stored filter, in order; what is no test of that kind is null.</summary>
    public required CompiledFilter[] Filters { get; init; }

    public required CompiledPredicate[] Predicates { get; init; }

    public required DependencyTest[] Dependencies { get; init; }

    public required CohortTest[] Cohorts { get; init; }

    /// <summary>Properties alone decide whether the filters hold.</summary>
    public required bool HasOnlyPredicates { get; init; }

    /// <summary>Everybody is in: no identifier is resolved and nothing is hashed.</summary>
    public bool AdmitsAll => RolloutPercentage == 100;
}
