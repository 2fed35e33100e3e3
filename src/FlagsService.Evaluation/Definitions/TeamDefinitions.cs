namespace FlagsService.Evaluation.Definitions;

/// <summary>Everything stored that decides the flags of one team, read in one transaction.</summary>
public sealed record TeamDefinitions
{
    /// <summary>The team.</summary>
    public required int TeamId { get; init; }

    /// <summary>Orders two readings of the same team: the higher one is the newer. The team's highest outbox id where there is an outbox.</summary>
    public long Revision { get; init; }

    /// <summary>Tells whether two readings saw the same rows. The revision, but where nobody announces changes a number made of the rows.</summary>
    public long Fingerprint { get; init; }

    /// <summary>IANA time zone for dates without an offset; an unknown name counts as UTC.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>True when the team compares booleans explicitly (<c>property_matching_version</c> 2), false for the older truthiness rule.</summary>
    public bool ExplicitMatching { get; init; }

    /// <summary>Whether SDKs are asked to send reduced <c>$feature_flag_called</c> events.</summary>
    public bool MinimalFlagCalledEvents { get; init; }

    /// <summary>Flags that are not deleted and whose payloads are not encrypted, active or not, in no particular order.</summary>
    public IReadOnlyList<FlagRow> Flags { get; init; } = [];

    /// <summary>Cohorts of the project that are not deleted, static ones included.</summary>
    public IReadOnlyList<CohortRow> Cohorts { get; init; } = [];

    /// <summary>Group type index to group type name; null when the mapping could not be read.</summary>
    public IReadOnlyDictionary<int, string>? GroupTypes { get; init; } = new Dictionary<int, string>();

    /// <summary>Ids of flags that belong to surveys: evaluated, but left out of the definitions document.</summary>
    public IReadOnlySet<int> SurveyFlagIds { get; init; } = new HashSet<int>();
}
