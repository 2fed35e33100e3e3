namespace FlagsService.RateLimiting;

/// <summary>Three answers of a bucket.</summary>
internal enum BucketOutcome
{
    /// <summary>Passes.</summary>
    Allowed,

    /// <summary>Passes, and is near the limit.</summary>
    Warned,

    /// <summary>Over the limit.</summary>
    Blocked,
}
