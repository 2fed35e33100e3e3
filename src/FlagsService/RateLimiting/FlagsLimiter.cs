namespace FlagsService.RateLimiting;

/// <summary>One of the two limiters of the flag routes.</summary>
internal sealed class FlagsLimiter(BucketOptions options, double warnRatio, TimeProvider time)
{
    internal static readonly KeyValuePair<string, object?> Address = new("kind", "ip");
    internal static readonly KeyValuePair<string, object?> Public = new("kind", "public");
    internal static readonly KeyValuePair<string, object?> Secret = new("kind", "secret");
    private static readonly KeyValuePair<string, object?> WarnedAction = new("action", "warned");
    private static readonly KeyValuePair<string, object?> BlockedAction = new("action", "blocked");
    private readonly KeyValuePair<string, object?> mode = new("mode", options.LogOnly ? "log_only" : "enforcing");

    internal bool IsLogOnly { get; } = options.LogOnly;

    internal BucketRate Rate { get; } = BucketRate.PerSecond(options.RefillPerSecond, options.Capacity, warnRatio);

    internal TokenBuckets Buckets { get; } = new(time);

    internal void Count(KeyValuePair<string, object?> kind, BucketOutcome outcome) =>
        LimitMetrics.Exceeded.Add(1, kind, mode, outcome == BucketOutcome.Warned ? WarnedAction : BlockedAction);
}
