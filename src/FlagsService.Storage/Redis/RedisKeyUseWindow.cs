using FlagsService.HyperCache.Tokens;
using StackExchange.Redis;

namespace FlagsService.Storage.Redis;

/// <summary>The hour of each key under the names that PostHog's services use too, so that all of them together stamp a row once.</summary>
internal sealed class RedisKeyUseWindow(RedisConnection redis) : IKeyUseWindow
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public async ValueTask<bool?> OpenAsync(KeyUse use, CancellationToken cancellationToken)
    {
        try
        {
            return await redis.CallAsync(
                (use.Kind == AuthRecordKind.Personal ? "posthog:pak_last_used:" : "posthog:psak_last_used:") + use.KeyId,
                static (database, key) => database.StringSetAsync(key, 1, Hour, When.NotExists),
                cancellationToken);
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            return null;
        }
    }
}
