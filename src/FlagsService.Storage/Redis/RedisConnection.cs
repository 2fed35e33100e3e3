using FlagsService.HyperCache.Tiers;
using FlagsService.Storage.Resilience;
using Polly;
using Polly.Timeout;
using StackExchange.Redis;

namespace FlagsService.Storage.Redis;

/// <summary>One multiplexed connection, made when first needed and kept. Every call has 250 ms and stands behind a breaker, so that a Redis in trouble costs a request nothing.</summary>
internal sealed class RedisConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private readonly ConfigurationOptions options;
    private readonly ResiliencePipeline pipeline;
    private readonly Lock gate = new();
    private Task<ConnectionMultiplexer>? connection;

    internal RedisConnection(string configuration, TimeProvider time)
    {
        options = ConfigurationOptions.Parse(configuration);
        options.AbortOnConnectFail = false;
        options.ConnectTimeout = 5000;
        pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(StorePipelines.Breaker(new PredicateBuilder().Handle<Exception>(IsTrouble)))
            .AddTimeout(new TimeoutStrategyOptions { Timeout = Patience })
            .Build();
    }

    /// <summary>The connection came back: what was published meanwhile is lost.</summary>
    internal event EventHandler? Restored;

    internal static bool IsTrouble(Exception exception) => exception is RedisException or TimeoutException or TimeoutRejectedException or Polly.CircuitBreaker.BrokenCircuitException or ObjectDisposedException;

    internal ValueTask<T> CallAsync<TState, T>(TState state, Func<IDatabase, TState, Task<T>> call, CancellationToken cancellationToken) => pipeline.ExecuteAsync(
        static async (ask, token) =>
        {
            var multiplexer = await ask.Self.ConnectAsync().WaitAsync(token);
            return await ask.Call(multiplexer.GetDatabase(), ask.State).WaitAsync(token);
        },
        (Self: this, Call: call, State: state),
        cancellationToken);

    /// <summary>A call whose failure the caller cannot answer for: trouble becomes <see cref="CacheUnavailableException"/>.</summary>
    internal async ValueTask<T> DemandAsync<TState, T>(TState state, Func<IDatabase, TState, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(state, call, cancellationToken);
        }
        catch (Exception exception) when (IsTrouble(exception))
        {
            throw new CacheUnavailableException("redis_unavailable", exception);
        }
    }

    internal async Task SubscribeAsync(string channel, Action<byte[]?> hear, CancellationToken cancellationToken)
    {
        var multiplexer = await ConnectAsync().WaitAsync(cancellationToken);
        await multiplexer.GetSubscriber().SubscribeAsync(channel, (_, message) => hear(message)).WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (connection is { IsCompletedSuccessfully: true })
        {
            connection.Result.Dispose();
        }
    }

    // A name that did not resolve is no reason never to try again.
    private Task<ConnectionMultiplexer> ConnectAsync()
    {
        if (connection is { IsFaulted: false, IsCanceled: false } known)
        {
            return known;
        }

        lock (gate)
        {
            return connection is { IsFaulted: false, IsCanceled: false } made ? made : connection = OpenAsync();
        }
    }

    private async Task<ConnectionMultiplexer> OpenAsync()
    {
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        multiplexer.ConnectionRestored += (_, _) => Restored?.Invoke(this, EventArgs.Empty);
        return multiplexer;
    }
}
