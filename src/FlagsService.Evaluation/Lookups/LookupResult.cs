namespace FlagsService.Evaluation.Lookups;

/// <summary>What storage answered to a <see cref="LookupPlan"/>.</summary>
public sealed record LookupResult
{
    /// <summary>The answer to <see cref="LookupPlan.None"/>.</summary>
    public static LookupResult None { get; } = new();

    /// <summary>Why person, cohorts and groups could not be read; null when they were read or not wanted.</summary>
    public LookupFailure? PropertiesFailure { get; init; }

    /// <summary>Why hash-key overrides could not be read or written; null when they were read or not wanted.</summary>
    public LookupFailure? HashKeyFailure { get; init; }

    /// <summary>The person; null when the distinct id has none, which is no failure.</summary>
    public PersonRow? Person { get; init; }

    /// <summary>Those of the plan's static cohorts that hold the person.</summary>
    public IReadOnlyList<int> StaticCohortIds { get; init; } = [];

    /// <summary>The group rows that exist.</summary>
    public IReadOnlyList<GroupRow> Groups { get; init; } = [];

    /// <summary>Flag key to hash key, after a write where one was needed; rows of the person who owns the distinct id win over those of the anonymous person.</summary>
    public IReadOnlyDictionary<string, string>? HashKeyOverrides { get; init; }
}
