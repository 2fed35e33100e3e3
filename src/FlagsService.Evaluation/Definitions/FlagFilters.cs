using System.Text.Json;

namespace FlagsService.Evaluation.Definitions;

/// <summary>The <c>filters</c> document of a flag, parsed: the one model from which flags are compiled and the SDKs' definitions are rebuilt.</summary>
public sealed record FlagFilters
{
    /// <summary>Whether <c>version</c> is absent or numerically 1. Any other document is opaque: every other member here keeps its default, even when the document has something that looks like it.</summary>
    public required bool IsSupportedVersion { get; init; }

    /// <summary>The condition sets in stored order, which is the order of evaluation; empty when absent.</summary>
    public IReadOnlyList<ConditionSet> Groups { get; init; } = [];

    /// <summary>The variants in stored order; null when <c>multivariate</c> is absent or null.</summary>
    public IReadOnlyList<FlagVariant>? Variants { get; init; }

    /// <summary>Payloads by variant key or <c>true</c>: any JSON, looked up only when it is an object; <see cref="JsonValueKind.Undefined"/> when absent.</summary>
    public JsonElement Payloads { get; init; }

    /// <summary>Group type by which the whole flag is decided; null for persons.</summary>
    public int? AggregationGroupTypeIndex { get; init; }

    /// <summary>Whether people may opt in or out through <c>$feature_enrollment/&lt;key&gt;</c>.</summary>
    public bool FeatureEnrollment { get; init; }

    /// <summary>The holdout; null for none.</summary>
    public FlagHoldout? Holdout { get; init; }

    /// <summary>Whether the first condition set that misses by percentage ends the evaluation.</summary>
    public bool EarlyExit { get; init; }

    /// <summary>The stored object with all its members, also those that evaluation ignores.</summary>
    public required JsonElement Document { get; init; }

    /// <summary>Parses a stored document. Never throws; null, with the problem in words, for a document that cannot be used.</summary>
    public static FlagFilters? Parse(ReadOnlyMemory<byte> json, out string? problem)
    {
        if (StoredJson.Parse(json.Span, out var document) is { } broken)
        {
            problem = "filters: " + broken.Reason;
            return null;
        }

        var reader = new DocumentReader();
        var filters = reader.ReadFilters(document);
        problem = reader.Problem;
        return problem is null ? filters : null;
    }
}
