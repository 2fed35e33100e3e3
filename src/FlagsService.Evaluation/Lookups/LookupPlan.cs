namespace FlagsService.Evaluation.Lookups;

/// <summary>What one request needs from storage, all of it to be read in one round trip.</summary>
/// <remarks><see cref="NeedsProperties"/> and <see cref="NeedsHashKeyOverrides"/> are independent; when both are false nothing is read.</remarks>
public sealed record LookupPlan
{
    /// <summary>The plan of a request that the caller's own properties decide.</summary>
    public static LookupPlan None { get; } = new() { DistinctId = "" };

    /// <summary>The caller, cut to 200 characters.</summary>
    public required string DistinctId { get; init; }

    /// <summary>The caller before identification, cut to 200 characters; null when none was sent or it equals the distinct id.</summary>
    public string? AnonymousId { get; init; }

    /// <summary>Person row, <see cref="StaticCohortIds"/> and <see cref="Groups"/> are wanted.</summary>
    public bool NeedsProperties { get; init; }

    /// <summary>Static cohorts whose membership is wanted.</summary>
    public IReadOnlyList<int> StaticCohortIds { get; init; } = [];

    /// <summary>Group rows that are wanted.</summary>
    public IReadOnlyList<GroupReference> Groups { get; init; } = [];

    /// <summary>Stored hash-key overrides of both ids are wanted.</summary>
    public bool NeedsHashKeyOverrides { get; init; }

    /// <summary>Keys of the team's active continuity flags: a person found without a row for one of them makes a write, when <see cref="MayWriteHashKeys"/>.</summary>
    public IReadOnlyList<string> ContinuityFlagKeys { get; init; } = [];

    /// <summary>Whether missing hash-key overrides are to be written: an anonymous id was sent and the service is not read-only.</summary>
    public bool MayWriteHashKeys { get; init; }

    /// <summary>Nothing is to be read.</summary>
    public bool IsEmpty => !NeedsProperties && !NeedsHashKeyOverrides;
}
