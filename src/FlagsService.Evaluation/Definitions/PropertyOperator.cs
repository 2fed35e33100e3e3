namespace FlagsService.Evaluation.Definitions;

/// <summary>How a filter compares a property with its value. <see cref="PropertyOperators"/> has the stored names.</summary>
public enum PropertyOperator
{
    /// <summary>Equal as text, without case; the default of a filter without operator.</summary>
    Exact,

    /// <summary>The complement of <see cref="Exact"/>.</summary>
    IsNot,

    /// <summary>Contains, ASCII case folded.</summary>
    IContains,

    /// <summary>Does not contain.</summary>
    NotIContains,

    /// <summary>Contains any of a list.</summary>
    IContainsMulti,

    /// <summary>Contains none of a list.</summary>
    NotIContainsMulti,

    /// <summary>Begins with.</summary>
    StartsWith,

    /// <summary>Does not begin with.</summary>
    NotStartsWith,

    /// <summary>Ends with.</summary>
    EndsWith,

    /// <summary>Does not end with.</summary>
    NotEndsWith,

    /// <summary>A pattern occurs.</summary>
    Regex,

    /// <summary>A pattern does not occur.</summary>
    NotRegex,

    /// <summary>Greater, as numbers.</summary>
    Gt,

    /// <summary>Greater or equal, as numbers.</summary>
    Gte,

    /// <summary>Less, as numbers.</summary>
    Lt,

    /// <summary>Less or equal, as numbers.</summary>
    Lte,

    /// <summary>Inside an inclusive range.</summary>
    Between,

    /// <summary>Outside an inclusive range.</summary>
    NotBetween,

    /// <summary>Later version.</summary>
    SemverGt,

    /// <summary>Later or equal version.</summary>
    SemverGte,

    /// <summary>Earlier version.</summary>
    SemverLt,

    /// <summary>Earlier or equal version.</summary>
    SemverLte,

    /// <summary>Equal version, build metadata included.</summary>
    SemverEq,

    /// <summary>Another version.</summary>
    SemverNeq,

    /// <summary>Same major and minor, and not earlier.</summary>
    SemverTilde,

    /// <summary>Compatible by the caret rule.</summary>
    SemverCaret,

    /// <summary>Matches a pattern such as <c>1.2.*</c>.</summary>
    SemverWildcard,

    /// <summary>Present, even when null.</summary>
    IsSet,

    /// <summary>Absent.</summary>
    IsNotSet,

    /// <summary>The same instant.</summary>
    IsDateExact,

    /// <summary>A later instant.</summary>
    IsDateAfter,

    /// <summary>An earlier instant.</summary>
    IsDateBefore,

    /// <summary>Member of a cohort; the default of a cohort filter.</summary>
    In,

    /// <summary>Not a member of a cohort.</summary>
    NotIn,

    /// <summary>The result of another flag.</summary>
    FlagEvaluatesTo,
}
