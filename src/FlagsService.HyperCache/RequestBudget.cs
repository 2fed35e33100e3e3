namespace FlagsService.HyperCache;

/// <summary>How long all tiers and retries of one request may take together.</summary>
public static class RequestBudget
{
    /// <summary>Four seconds: SDKs give a request three to ten, and the service answers 503 after four and a half.</summary>
    public static TimeSpan Storage { get; } = TimeSpan.FromSeconds(4);

    /// <summary>Of that, what one load may take which several requests wait for: less, so that they hear what it came to.</summary>
    public static TimeSpan Load { get; } = TimeSpan.FromSeconds(3.5);
}
