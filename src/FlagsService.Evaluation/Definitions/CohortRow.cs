namespace FlagsService.Evaluation.Definitions;

/// <summary>One cohort as it is stored. Static cohorts have their members in storage; all others are property trees.</summary>
public sealed record CohortRow
{
    /// <summary>Row id: the <c>value</c> of a cohort filter.</summary>
    public required int Id { get; init; }

    /// <summary>The team that owns the cohort.</summary>
    public required int TeamId { get; init; }

    /// <summary>The human name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether membership is a list of people instead of a property tree.</summary>
    public bool IsStatic { get; init; }

    /// <summary><c>filters</c> as UTF-8 JSON; null when the column is null.</summary>
    public ReadOnlyMemory<byte>? FiltersJson { get; init; }

    /// <summary>The older <c>groups</c> list as UTF-8 JSON, read only where <see cref="FiltersJson"/> is null.</summary>
    public ReadOnlyMemory<byte>? GroupsJson { get; init; }

    /// <summary><c>cohort_type</c>; null for ordinary cohorts.</summary>
    public string? CohortType { get; init; }
}
