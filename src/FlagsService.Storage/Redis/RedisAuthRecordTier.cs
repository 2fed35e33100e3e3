using System.Globalization;
using FlagsService.HyperCache;
using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;
using StackExchange.Redis;

namespace FlagsService.Storage.Redis;

/// <summary>Records of secrets under the keys that PostHog's services use too: plain JSON, named by digest, 120 s from the load.</summary>
internal sealed class RedisAuthRecordTier(RedisConnection redis) : IAuthRecordTier
{
    private const string Prefix = "posthog:auth_token:";
    private const int Seconds = 120;

    private const string SetIfUnchanged =
        "if (redis.call('get', KEYS[2]) or '0') == ARGV[2] then redis.call('setex', KEYS[1], ARGV[3], ARGV[1]) return 1 end return 0";

    public async ValueTask<StoreAnswer<AuthRecord>> GetAsync(TokenDigest digest, CancellationToken cancellationToken)
    {
        try
        {
            var value = await redis.CallAsync(Prefix + digest.Text, static (database, key) => database.StringGetAsync(key), cancellationToken);
            if (value.IsNull)
            {
                return StoreAnswers.Miss<AuthRecord>();
            }

            if (AuthRecordJson.TryParse((byte[])value!) is { } record)
            {
                return StoreAnswers.Hit(record);
            }

            await redis.CallAsync(Prefix + digest.Text, static (database, key) => database.KeyDeleteAsync(key), cancellationToken);
            return StoreAnswers.Miss<AuthRecord>();
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            return StoreAnswers.Unavailable<AuthRecord>("redis_unavailable");
        }
    }

    public async ValueTask<string?> ReadVersionAsync(int teamId, CancellationToken cancellationToken)
    {
        try
        {
            var value = await redis.CallAsync(VersionKey(teamId), static (database, key) => database.StringGetAsync(key), cancellationToken);
            return value.IsNull ? "0" : (string?)value;
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            return null;
        }
    }

    public async ValueTask SetAsync(TokenDigest digest, AuthRecord record, string version, CancellationToken cancellationToken)
    {
        try
        {
            await redis.CallAsync(
                (Keys: new RedisKey[] { Prefix + digest.Text, VersionKey(record.TeamId) }, Values: new RedisValue[] { AuthRecordJson.Write(record), version, Seconds }),
                static (database, call) => database.ScriptEvaluateAsync(SetIfUnchanged, call.Keys, call.Values),
                cancellationToken);
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            // The next server to ask loads it again.
        }
    }

    public async ValueTask<bool> ForgetAsync(int? teamId, IReadOnlyCollection<string> digests, CancellationToken cancellationToken)
    {
        if (digests.Count == 0)
        {
            return true;
        }

        try
        {
            // The counter first: a reader who loaded before the change may then no longer store.
            await redis.CallAsync(VersionKey(teamId ?? 0), static (database, key) => database.StringIncrementAsync(key), cancellationToken);
            await redis.CallAsync(digests.Select(digest => (RedisKey)(Prefix + digest)).ToArray(), static (database, keys) => database.KeyDeleteAsync(keys), cancellationToken);
            return true;
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            return false;
        }
    }

    private static string VersionKey(int teamId) => "flags:token-version:" + teamId.ToString(CultureInfo.InvariantCulture);
}
