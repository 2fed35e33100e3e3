namespace FlagsService.Evaluation.Definitions;

/// <summary>What a filter looks at.</summary>
public enum PropertyFilterType
{
    /// <summary>A property of the person.</summary>
    Person,

    /// <summary>A column of the person row, currently only <c>created_at</c>.</summary>
    PersonMetadata,

    /// <summary>A property of a group.</summary>
    Group,

    /// <summary>Membership of a cohort.</summary>
    Cohort,

    /// <summary>The result of another flag.</summary>
    Flag,
}
