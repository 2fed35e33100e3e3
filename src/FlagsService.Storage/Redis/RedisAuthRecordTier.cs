using System.Globalization;
using FlagsService.HyperCache;
using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;
using StackExchange.Redis;

namespace FlagsService.Storage.Redis;

/// <summary>Records of secrets under the keys that PostHog's services use too: plain JSON, named by digest, 120 s from the load.</summary>
/// <remarks>One counter guards all loads: which team a digest belongs to is known only after the load that the counter must have been read before.</remarks>
internal sealed class RedisAuthRecordTier(RedisConnection redis) : IAuthRecordTier
{
    private const string Prefix = "posthog:auth_token:";
    private const int PageSize = 500;
    private static readonly TimeSpan RecordAge = TimeSpan.FromSeconds(120);

    private const string SetIfUnchanged =
        "if (redis.call('get', KEYS[2]) or '0') == ARGV[2] then redis.call('setex', KEYS[1], ARGV[3], ARGV[1]) return 1 end return 0";

    public async ValueTask<AuthTierAnswer> GetAsync(TokenDigest digest, CancellationToken cancellationToken)
    {
        try
        {
            var (value, version) = await redis.CallAsync(
                Prefix + digest.Text,
                static async (database, key) =>
                {
                    var counting = database.StringGetAsync(RedisNames.TokenVersion);
                    return (await database.StringGetWithExpiryAsync(key), await counting);
                },
                cancellationToken);
            if (!value.Value.IsNull)
            {
                if (AuthRecordJson.TryParse((byte[])value.Value!) is { } record)
                {
                    // Whoever wrote it, it is not used for longer than a record of this service would be.
                    return new(StoreStatus.Hit, record, value.Expiry is { } left && left < RecordAge ? left : RecordAge);
                }

                await redis.CallAsync(Prefix + digest.Text, static (database, key) => database.KeyDeleteAsync(key), cancellationToken);
            }

            return new(StoreStatus.Miss, Version: version.IsNull ? "0" : (string)version!);
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            return AuthTierAnswer.Unavailable;
        }
    }

    public async ValueTask SetAsync(TokenDigest digest, AuthRecord record, string version, CancellationToken cancellationToken)
    {
        try
        {
            await redis.CallAsync(
                (Keys: new RedisKey[] { Prefix + digest.Text, RedisNames.TokenVersion }, Values: new RedisValue[] { AuthRecordJson.Write(record), version, (int)RecordAge.TotalSeconds }),
                static (database, call) => database.ScriptEvaluateAsync(SetIfUnchanged, call.Keys, call.Values),
                cancellationToken);
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            // The next server to ask loads it again.
        }
    }

    public async ValueTask<bool> ForgetAsync(IReadOnlyCollection<string> digests, CancellationToken cancellationToken)
    {
        if (digests.Count == 0)
        {
            return true;
        }

        try
        {
            // The counter first: a reader who loaded before the change may then no longer store.
            await redis.CallAsync(RedisNames.TokenVersion, static (database, key) => database.StringIncrementAsync(key), cancellationToken);
            await redis.CallAsync(digests.Select(digest => (RedisKey)(Prefix + digest)).ToArray(), static (database, keys) => database.KeyDeleteAsync(keys), cancellationToken);
            return true;
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            return false;
        }
    }

    public async ValueTask<(IReadOnlyList<(string Digest, AuthRecord? Record)> Records, long Next)> ScanAsync(long cursor, CancellationToken cancellationToken)
    {
        var page = (RedisResult[])(await redis.DemandAsync(
            cursor.ToString(CultureInfo.InvariantCulture),
            static (database, from) => database.ScriptEvaluateAsync("return redis.call('scan', ARGV[1], 'match', ARGV[2], 'count', ARGV[3])", values: [from, Prefix + "*", PageSize]),
            cancellationToken))!;
        var keys = Array.ConvertAll((string[])page[1]!, static key => (RedisKey)key);
        var values = keys.Length == 0 ? [] : await redis.DemandAsync(keys, static (database, asked) => database.StringGetAsync(asked), cancellationToken);
        var records = keys.Zip(values, static (key, value) => (Digest: ((string)key!)[Prefix.Length..], value)).Where(pair => !pair.value.IsNull);
        return ([.. records.Select(pair => (pair.Digest, AuthRecordJson.TryParse((byte[])pair.value!)))], long.Parse((string)page[0]!, CultureInfo.InvariantCulture));
    }
}
