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

    /// <summary>Remote configuration payloads that one key may read in a minute.</summary>
    public int RemoteConfigPerMinute { get; set; } = 600;

    /// <summary>Different secrets and keys of nobody that an address may present in a minute before it is held back; zero for any number.</summary>
    public int AuthenticationFailuresPerMinute { get; set; } = 6000;
}
