namespace FlagsService.RateLimiting;

/// <summary>Section <c>FlagsService:RateLimiting</c>.</summary>
internal sealed class LimitOptions
{
    internal const string Section = "FlagsService:RateLimiting";

    /// <summary>By client address.</summary>
    public BucketOptions Ip { get; set; } = new() { Capacity = 1250, RefillPerSecond = 50 };

    /// <summary>By the token presented.</summary>
    public BucketOptions Token { get; set; } = new() { Capacity = 625, RefillPerSecond = 10 };

    /// <summary>Share of the capacity beyond which requests are warned; zero never warns.</summary>
    public double WarnRatio { get; set; } = 0.8;

    /// <summary>By team, on the definitions.</summary>
    public DefinitionsLimitOptions Definitions { get; set; } = new();

    /// <summary>Secrets and keys of nobody that an address may present in a minute before it is held back; zero for any number.</summary>
    public int AuthenticationFailuresPerMinute { get; set; } = 600;
}
