using System.Collections.Frozen;

namespace FlagsService.Evaluation.Definitions;

/// <summary>The names under which operators are stored and sent.</summary>
public static class PropertyOperators
{
    private static readonly string[] Names =
    [
        "exact", "is_not", "icontains", "not_icontains", "icontains_multi", "not_icontains_multi", "starts_with", "not_starts_with", "ends_with", "not_ends_with",
        "regex", "not_regex", "gt", "gte", "lt", "lte", "between", "not_between", "semver_gt", "semver_gte", "semver_lt", "semver_lte", "semver_eq", "semver_neq",
        "semver_tilde", "semver_caret", "semver_wildcard", "is_set", "is_not_set", "is_date_exact", "is_date_after", "is_date_before", "in", "not_in", "flag_evaluates_to",
    ];

    private static readonly FrozenDictionary<string, PropertyOperator> ByName =
        Names.Select((name, index) => KeyValuePair.Create(name, (PropertyOperator)index)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The stored name of an operator.</summary>
    public static string ToWire(this PropertyOperator value) => Names[(int)value];

    /// <summary>Reads a stored name, exact in case; false for any other text.</summary>
    public static bool TryParse(string name, out PropertyOperator value) => ByName.TryGetValue(name, out value);
}
