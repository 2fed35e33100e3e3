using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace FlagsService.Storage.Resilience;

/// <summary>How long a store is asked, and when it is left alone.</summary>
internal static class StorePipelines
{
    private const int FailuresToOpen = 5;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>At most two tries, 50 to 300 ms apart, behind a breaker that failures of half the calls, and at least five, in ten seconds open for five. A caller who leaves is no failure.</summary>
    internal static ResiliencePipeline ForReads(TimeProvider time) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = 1,
            Delay = TimeSpan.FromMilliseconds(50),
            MaxDelay = TimeSpan.FromMilliseconds(300),
            UseJitter = true,
            ShouldHandle = new PredicateBuilder().Handle<Exception>(StoreTrouble.IsTransient),
        })
        .AddCircuitBreaker(Breaker(new PredicateBuilder().Handle<Exception>(exception => StoreTrouble.IsTrouble(exception) && exception is not BrokenCircuitException and not OperationCanceledException)))
        .Build();

    internal static CircuitBreakerStrategyOptions Breaker(PredicateBuilder<object> handled) => new()
    {
        FailureRatio = 0.5,
        MinimumThroughput = FailuresToOpen,
        SamplingDuration = Window,
        BreakDuration = Pause,
        ShouldHandle = handled,
    };
}
