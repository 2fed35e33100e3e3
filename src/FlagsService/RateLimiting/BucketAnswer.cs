namespace FlagsService.RateLimiting;

/// <summary>What a bucket said.</summary>
/// <param name="Outcome">Whether the request may pass.</param>
/// <param name="RetryAfter">Whole seconds until one would; zero when it does.</param>
internal readonly record struct BucketAnswer(BucketOutcome Outcome, int RetryAfter = 0);
