using FlagsService.Caching;
using FlagsService.HyperCache.Quotas;
using FlagsService.HyperCache.Tokens;
using FlagsService.Management;

namespace FlagsService.Quotas;

/// <summary>Moves a project's limits to the tokens it has now: a new token must be no way around them, and who limits projects comes by only every half hour.</summary>
/// <remarks>Done with the change where this service makes it, and again when it is announced, which finds what failed and what others changed.</remarks>
internal sealed partial class QuotaTokenSync(IQuotaTokens quotas, ITokenAdministration tokens, TimeProvider time, ILogger<QuotaTokenSync> logger) : ITokenChangeStep, IChangeFollower, IDisposable
{
    // What was read before another change must not be written after it.
    private readonly SemaphoreSlim turn = new(1, 1);

    public string Name => "quotas";

    public Task<bool> ApplyAsync(TokenChange change, CancellationToken cancellationToken) => MoveAsync(change.After.TeamId, change.Retired, [], cancellationToken);

    public async Task<bool> FollowAsync(AnnouncedChange change, CancellationToken cancellationToken)
    {
        // An announcement that names no token is about something else of the row.
        if (change is not { TeamId: { } id, ConcernsRow: true } || change.Digests.Count + change.RetiredTokens.Count == 0
            || await MoveAsync(id, change.RetiredTokens, change.Digests, cancellationToken))
        {
            return true;
        }

        Failed(logger, id);
        return false;
    }

    public void Dispose() => turn.Dispose();

    private async Task<bool> MoveAsync(int teamId, IReadOnlyCollection<string> retired, IReadOnlyCollection<string> digests, CancellationToken cancellationToken)
    {
        if (!quotas.IsConfigured)
        {
            return true;
        }

        var isDone = false;
        await turn.WaitAsync(cancellationToken);
        try
        {
            string[] current = [.. (await tokens.ReadAsync(teamId, cancellationToken)).SelectMany(team => new[] { team.Public, team.Secret, team.SecretBackup }).OfType<string>().Where(token => token.Length > 0)];
            isDone = await quotas.MoveAsync(new QuotaTokenMove(current, [.. retired.Except(current, StringComparer.Ordinal)], digests), time.GetUtcNow(), cancellationToken);
            return isDone;
        }
        finally
        {
            turn.Release();
            if (!isDone)
            {
                QuotaMetrics.TokenSyncFailures.Add(1);
            }
        }
    }

    [LoggerMessage(EventId = 63, Level = LogLevel.Warning, Message = "Limits of team {TeamId} could not be moved to its tokens; it is tried again")]
    private static partial void Failed(ILogger logger, int teamId);
}
