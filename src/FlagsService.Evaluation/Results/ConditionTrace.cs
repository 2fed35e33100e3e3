namespace FlagsService.Evaluation.Results;

/// <summary>What one condition set compared, and why it matched or missed.</summary>
/// <param name="Index">Zero-based; -1 for early-access enrollment, -2 for the holdout.</param>
/// <param name="Properties">The comparisons made, in order.</param>
/// <param name="RolloutPercentage">0 to 100.</param>
/// <param name="Variant">The variant the condition forces, if any.</param>
/// <param name="Matched">Whether the condition decided the flag.</param>
/// <param name="PropertiesMatched">Whether all filters held.</param>
/// <param name="RolloutExcluded">Filters held and the percentage did not admit the caller.</param>
/// <param name="Explanation">The outcome in words.</param>
public sealed record ConditionTrace(
    int Index, IReadOnlyList<PropertyTrace> Properties, double RolloutPercentage, string? Variant, bool Matched, bool PropertiesMatched, bool RolloutExcluded, string Explanation);
