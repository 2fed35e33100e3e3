namespace FlagsService.Usage;

/// <summary>Section <c>FlagsService:Usage</c>.</summary>
internal sealed class UsageOptions
{
    internal const string Section = "FlagsService:Usage";

    /// <summary>How often the counters are written; what a crash loses at most.</summary>
    public double FlushIntervalSeconds { get; set; } = 10;

    /// <summary>How many counters are kept while they cannot be written.</summary>
    public int MaxPendingEntries { get; set; } = 500_000;

    /// <summary>Additions in one call.</summary>
    public int BatchSize { get; set; } = 200;

    /// <summary>How long the end of the process waits for the last write.</summary>
    public double ShutdownTimeoutSeconds { get; set; } = 15;
}
