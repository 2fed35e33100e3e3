using FlagsService.Storage.Resilience;
using Polly;
using Polly.Timeout;
using StackExchange.Redis;

namespace FlagsService.Storage.Redis;

/// <summary>One multiplexed connection, made when first needed and kept. Every call has 250 ms and stands behind a breaker, so that a Redis in trouble costs a request nothing.</summary>
internal sealed class RedisConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private readonly Lazy<Task<ConnectionMultiplexer>> connection;
    private readonly ResiliencePipeline pipeline;

    internal RedisConnection(string configuration, TimeProvider time)
    {
        var options = ConfigurationOptions.Parse(configuration);
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 5000;
        connection = new(() => ConnectionMultiplexer.ConnectAsync(options));
        pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(StorePipelines.Breaker(new PredicateBuilder().Handle<Exception>(IsTrouble)))
            .AddTimeout(new TimeoutStrategyOptions { Timeout = Patience })
            .Build();
    }

    internal static bool IsTrouble(Exception exception) => exception is RedisException or TimeoutException or TimeoutRejectedException or Polly.CircuitBreaker.BrokenCircuitException or ObjectDisposedException;

    internal ValueTask<T> CallAsync<TState, T>(TState state, Func<IDatabase, TState, Task<T>> call, CancellationToken cancellationToken) => pipeline.ExecuteAsync(
        static async (ask, token) =>
        {
            var multiplexer = await ask.Self.connection.Value.WaitAsync(token);
            return await ask.Call(multiplexer.GetDatabase(), ask.State).WaitAsync(token);
        },
        (Self: this, Call: call, State: state),
        cancellationToken);

    public void Dispose()
    {
        if (connection is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            connection.Value.Result.Dispose();
        }
    }
}
