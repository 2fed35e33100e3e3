namespace FlagsService.HyperCache;

/// <summary>How long all tiers and retries of one request may take together.</summary>
public static class RequestBudget
{
    /// <summary>Four seconds: SDKs give a request three to ten, and the service answers 503 after four and a half.</summary>
    public static TimeSpan Storage { get; } = TimeSpan.FromSeconds(4);
}
