namespace FlagsService.HyperCache.Usage;

/// <summary>What is counted for the bill.</summary>
public enum UsageKind
{
    /// <summary>A remote evaluation.</summary>
    Evaluation,

    /// <summary>A definitions document sent.</summary>
    Definitions,
}
