using System.Text.Json;

namespace FlagsService.Evaluation.Definitions;

/// <summary>One entry of <c>filters.groups</c>: all its filters must hold, then the percentage decides.</summary>
public sealed record ConditionSet
{
    /// <summary>The filters in stored order; empty when absent or null.</summary>
    public IReadOnlyList<PropertyFilter> Properties { get; init; } = [];

    /// <summary>Percentage admitted; null when absent or null, which means 100. Not clamped.</summary>
    public double? RolloutPercentage { get; init; }

    /// <summary>The variant that the condition forces, if the flag has it; null for none.</summary>
    public string? Variant { get; init; }

    /// <summary>Whether the set states its own aggregation. Absent inherits that of the flag; a stated null means person. Merging the two changes results.</summary>
    public bool StatesAggregation { get; init; }

    /// <summary>The stated group type; null means person when <see cref="StatesAggregation"/>.</summary>
    public int? AggregationGroupTypeIndex { get; init; }

    /// <summary>The stored object with all its members, also those that evaluation ignores.</summary>
    public required JsonElement Document { get; init; }
}
