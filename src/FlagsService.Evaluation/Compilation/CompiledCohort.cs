namespace FlagsService.Evaluation.Compilation;

/// <summary>One cohort, ready to run.</summary>
internal sealed class CompiledCohort
{
    public required int Id { get; init; }

    public required bool IsStatic { get; init; }

    /// <summary>The tree; null when nobody is a member.</summary>
    public CohortPlanNode? Root { get; set; }

    /// <summary>What is wrong with it or with a cohort below it.</summary>
    public CohortFault Fault { get; set; }

    /// <summary>It, or a cohort below it, has a leaf that cannot be decided from properties.</summary>
    public bool HasUnresolvableLeaf { get; set; }

    /// <summary>The cohorts below it and last itself, each after those it asks.</summary>
    public int[] EvaluationOrder { get; set; } = [];
}
