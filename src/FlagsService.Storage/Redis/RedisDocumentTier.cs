using FlagsService.HyperCache;
using FlagsService.HyperCache.Tiers;
using StackExchange.Redis;

namespace FlagsService.Storage.Redis;

/// <summary>Shared documents under the prefix <c>flags:1:</c>, each kind with a sorted set that says when its copies run out.</summary>
internal sealed class RedisDocumentTier(RedisConnection redis, TimeProvider time) : IDocumentTier
{
    // Stores unless a newer revision stands there. Bytes are compared one by one: text comparison follows the server's locale.
    private const string SetUnlessNewer =
        """
        local held = redis.call('getrange', KEYS[1], 1, 8)
        if #held == 8 then
          for i = 1, 8 do
            local a, b = string.byte(held, i), string.byte(ARGV[1], i + 1)
            if a > b then return 0 end
            if a < b then break end
          end
        end
        redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
        if ARGV[3] == '' then redis.call('del', KEYS[2]) else redis.call('set', KEYS[2], ARGV[3], 'px', ARGV[2]) end
        if ARGV[4] == '' then redis.call('zrem', KEYS[3], ARGV[5]) else redis.call('zadd', KEYS[3], ARGV[4], ARGV[5]) end
        return 1
        """;

    public string Name => "redis";

    public bool Holds(DocumentKind kind) => true;

    public async ValueTask<StoreAnswer<CacheEntry>> GetAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        try
        {
            var value = await redis.CallAsync(RedisNames.Document(key), static (database, name) => database.StringGetAsync(name), cancellationToken);
            if (value.IsNull)
            {
                return StoreAnswers.Miss<CacheEntry>();
            }

            if (CacheEnvelope.TryRead((byte[])value!) is { } entry)
            {
                return StoreAnswers.Hit(entry);
            }
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            return StoreAnswers.Unavailable<CacheEntry>("redis_unavailable");
        }

        await DeleteAsync(key, cancellationToken);
        return StoreAnswers.Miss<CacheEntry>();
    }

    public async ValueTask<bool> SetAsync(DocumentKey key, CacheEntry entry, TimeSpan age, CancellationToken cancellationToken)
    {
        var runsOut = entry.IsAbsence ? RedisValue.EmptyString : (time.GetUtcNow() + age).ToUnixTimeSeconds();
        RedisValue[] values = [CacheEnvelope.Write(entry), (long)age.TotalMilliseconds, entry.ETag ?? "", runsOut, key.Identifier];
        try
        {
            await redis.CallAsync((Keys: KeysOf(key), Values: values), static (database, call) => database.ScriptEvaluateAsync(SetUnlessNewer, call.Keys, call.Values), cancellationToken);
            return true;
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            return false;
        }
    }

    public async ValueTask<bool> DeleteAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        try
        {
            await redis.CallAsync(
                (Keys: KeysOf(key), key.Identifier),
                static async (database, call) =>
                {
                    var deleted = database.KeyDeleteAsync(call.Keys[..2]);
                    return await database.SortedSetRemoveAsync(call.Keys[2], call.Identifier) | await deleted > 0;
                },
                cancellationToken);
            return true;
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            return false;
        }
    }

    private static RedisKey[] KeysOf(DocumentKey key) => [RedisNames.Document(key), RedisNames.ETag(key), RedisNames.ExpirySet(key.Kind)];
}
