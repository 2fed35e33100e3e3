namespace FlagsService.Quotas;

/// <summary>Section <c>FlagsService:Quotas</c>.</summary>
internal sealed class QuotaOptions
{
    internal const string Section = "FlagsService:Quotas";

    /// <summary>How often the limits are read.</summary>
    public double RefreshIntervalSeconds { get; set; } = 5;

    /// <summary>Tell browsers of projects over their recordings quota not to record.</summary>
    public bool SessionReplayCheck { get; set; }
}
