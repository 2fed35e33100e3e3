using System.Text.Json;

namespace FlagsService.Evaluation.Definitions;

/// <summary>One comparison of a condition set or of a cohort leaf, as parsed.</summary>
public sealed record PropertyFilter
{
    /// <summary>Property name; for <see cref="PropertyFilterType.Flag"/> the decimal id of a flag as text; for cohorts usually <c>id</c>.</summary>
    public required string Key { get; init; }

    /// <summary>What is looked at.</summary>
    public required PropertyFilterType Type { get; init; }

    /// <summary>The filter value; <see cref="JsonValueKind.Undefined"/> when the member is absent.</summary>
    public JsonElement Value { get; init; }

    /// <summary>The comparison; null when absent, which means exact, for cohorts in.</summary>
    public PropertyOperator? Operator { get; init; }

    /// <summary>The group type of a <see cref="PropertyFilterType.Group"/> filter; null takes that of the condition set.</summary>
    public int? GroupTypeIndex { get; init; }

    /// <summary>Inverts a cohort leaf; without meaning on flag conditions.</summary>
    public bool? Negation { get; init; }

    /// <summary>The stored object with all its members, also those that evaluation ignores.</summary>
    public required JsonElement Document { get; init; }
}
