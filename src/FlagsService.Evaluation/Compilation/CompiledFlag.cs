using System.Text.Json;
using FlagsService.Evaluation.Bucketing;
using FlagsService.Evaluation.Results;

namespace FlagsService.Evaluation.Compilation;

/// <summary>One flag, ready to run.</summary>
public sealed class CompiledFlag
{
    /// <summary>Row id.</summary>
    public required int Id { get; init; }

    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>Active and not deleted: only such flags are evaluated.</summary>
    public required bool IsActive { get; init; }

    /// <summary>Row version, 0 where there is none.</summary>
    public required int Version { get; init; }

    /// <summary>A live experiment is linked.</summary>
    public required bool HasExperiment { get; init; }

    /// <summary>Experience continuity is switched on, whether or not anything comes of it.</summary>
    public required bool HasContinuity { get; init; }

    /// <summary>Bucketed by device.</summary>
    public required bool UsesDeviceId { get; init; }

    /// <summary>Place in the set.</summary>
    internal int Position { get; init; }

    /// <summary>The key and a dot, UTF-8: what every hash of the flag begins with.</summary>
    internal HashPrefix HashPrefix { get; init; }

    /// <summary>The one runtime that sees the flag; <see cref="RequestRuntime.All"/> when any does.</summary>
    internal RequestRuntime Runtime { get; init; } = RequestRuntime.All;

    internal IReadOnlyList<string> Contexts { get; init; } = [];

    /// <summary>The filters document is of a format that is not evaluated here.</summary>
    internal bool IsUnsupported { get; init; }

    internal CompiledCondition[] Conditions { get; init; } = [];

    internal CompiledVariant[] Variants { get; init; } = [];

    /// <summary>Ordinal of the group type by which the flag is decided; -1 for persons.</summary>
    internal int Aggregation { get; init; } = -1;

    internal bool EarlyExit { get; init; }

    /// <summary>Slot of the property by which people opt in or out; -1 without enrollment.</summary>
    internal int EnrollmentSlot { get; init; } = -1;

    internal CompiledHoldout? Holdout { get; init; }

    internal PreparationNeeds Needs { get; init; } = PreparationNeeds.None;

    /// <summary>Some filter or aggregation names a group type.</summary>
    internal bool MentionsGroups { get; init; }

    /// <summary>The identifier before identification decides, so that people keep their value.</summary>
    internal bool IsContinuityEligible { get; init; }

    /// <summary>Whether a stored hash key could change the value.</summary>
    internal bool NeedsHashKey { get; init; }

    /// <summary>Payloads as stored, by variant key or true.</summary>
    internal JsonElement Payloads { get; init; }

    /// <summary>Ids named by the flag's dependency filters.</summary>
    internal int[] DependencyIds { get; init; } = [];

    /// <summary>Positions of the flags it depends on.</summary>
    internal int[] Dependencies { get; set; } = [];

    /// <summary>Something below it does not exist, so that the flag is false.</summary>
    internal bool IsMissingDependency { get; set; }

    /// <summary>Neither continuity nor enrollment, holdout or format decides it before its conditions are tried.</summary>
    internal bool StartsWithConditions { get; init; }

    /// <summary>Nothing but its conditions decides it.</summary>
    internal bool IsOrdinary => StartsWithConditions && !IsMissingDependency;

    internal OutcomeCache Outcomes => field ??= new OutcomeCache(this);
}
