using FlagsService.HyperCache.Invalidation;

namespace FlagsService.Caching;

/// <summary>Hears what other servers carried out.</summary>
internal sealed partial class TeamChannelListener(ITeamChannel channel, TeamInvalidation invalidation, ILogger<TeamChannelListener> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var message in channel.ListenAsync(stoppingToken))
        {
            try
            {
                if (message is null)
                {
                    invalidation.DoubtTokens();
                }
                else
                {
                    await invalidation.HearAsync(message.TeamId, message.Digests, stoppingToken);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(logger, exception.GetType().Name);
            }
        }
    }

    [LoggerMessage(EventId = 13, Level = LogLevel.Warning, Message = "A change that was heard of could not be applied ({Trouble}); the comparison of revisions will find it")]
    private static partial void Failed(ILogger logger, string trouble);
}
