namespace FlagsService.Evaluation.Definitions;

/// <summary>One feature flag as it is stored: plain columns, and <c>filters</c> as the JSON text that was found.</summary>
/// <remarks>Nothing here has been checked. A row whose <see cref="FiltersJson"/> cannot be read is dropped by the compiler and by the definitions builder, never thrown on.</remarks>
public sealed record FlagRow
{
    /// <summary>Row id: the target of flag dependencies and <c>metadata.id</c> on the wire.</summary>
    public required int Id { get; init; }

    /// <summary>The team that owns the flag.</summary>
    public required int TeamId { get; init; }

    /// <summary>The key, exact in case: hash input and response key.</summary>
    public required string Key { get; init; }

    /// <summary>The human description; empty when none was given.</summary>
    public string Name { get; init; } = "";

    /// <summary>The <c>filters</c> document as UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> FiltersJson { get; init; }

    /// <summary>A soft-deleted row; stores do not hand these out, a cached bundle may carry one.</summary>
    public bool Deleted { get; init; }

    /// <summary>An inactive flag is absent from answers and false for its dependents.</summary>
    public bool Active { get; init; }

    /// <summary>Whether the value survives identification (experience continuity).</summary>
    public bool EnsureExperienceContinuity { get; init; }

    /// <summary>Row version; null is written as 0.</summary>
    public int? Version { get; init; }

    /// <summary><c>client</c>, <c>server</c>, <c>all</c> or null; any other text counts as all.</summary>
    public string? EvaluationRuntime { get; init; }

    /// <summary>Names of the evaluation contexts; empty when the flag is not restricted.</summary>
    public IReadOnlyList<string> EvaluationContexts { get; init; } = [];

    /// <summary>Only the exact text <c>device_id</c> changes the bucketing identifier.</summary>
    public string? BucketingIdentifier { get; init; }

    /// <summary>Payloads are ciphertext; such a flag is evaluated unless it is remote configuration, and never sent to SDKs.</summary>
    public bool HasEncryptedPayloads { get; init; }

    /// <summary>Whether a live experiment is linked to the flag.</summary>
    public bool HasExperiment { get; init; }
}
