namespace FlagsService.Evaluation.Results;

/// <summary>One comparison of a condition, for the explain trace.</summary>
/// <param name="Key">Property name, cohort id or flag key.</param>
/// <param name="Operator">Operator as stored or implied.</param>
/// <param name="ValueJson">Filter value as JSON text.</param>
/// <param name="Type">Filter type.</param>
/// <param name="ActualValueJson">What the caller has, as JSON text; null when absent.</param>
/// <param name="Matched">Whether the filter holds.</param>
/// <param name="Explanation">The comparison in words.</param>
public sealed record PropertyTrace(string Key, string Operator, string ValueJson, string Type, string? ActualValueJson, bool Matched, string Explanation);
