using System.Runtime.CompilerServices;

namespace FlagsService.HyperCache.Invalidation;

/// <summary>The channel where none is configured: the store's own notifications are all there is.</summary>
public sealed class NoTeamChannel : ITeamChannel
{
    /// <inheritdoc/>
    public ValueTask<bool> PublishAsync(TeamMessage message, CancellationToken cancellationToken) => new(true);

    /// <inheritdoc/>
    public async IAsyncEnumerable<TeamMessage?> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        yield break;
    }
}
