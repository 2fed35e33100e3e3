namespace FlagsService.RateLimiting;

/// <summary>One limiter of the flag routes.</summary>
internal sealed class BucketOptions
{
    /// <summary>Whether it looks at all.</summary>
    public bool Enabled { get; set; }

    /// <summary>Warn instead of refusing.</summary>
    public bool LogOnly { get; set; } = true;

    /// <summary>Requests at once.</summary>
    public int Capacity { get; set; }

    /// <summary>Requests that come back in a second.</summary>
    public double RefillPerSecond { get; set; }

    /// <summary>JSON of rates by token, such as <c>{"phc_x":"1200/minute"}</c>; for the limiter by token only.</summary>
    public string Overrides { get; set; } = "";
}
