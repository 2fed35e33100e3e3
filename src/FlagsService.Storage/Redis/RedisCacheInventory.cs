using FlagsService.HyperCache.Tiers;
using StackExchange.Redis;

namespace FlagsService.Storage.Redis;

/// <summary>What stands in Redis as a whole. A mark says that it was filled: a server that comes back empty has lost it.</summary>
internal sealed class RedisCacheInventory(RedisConnection redis) : ICacheInventory
{
    private static readonly TimeSpan FilledAge = TimeSpan.FromDays(30);

    public bool IsConfigured => true;

    public ValueTask<bool> IsFilledAsync(CancellationToken cancellationToken) =>
        redis.DemandAsync(RedisNames.Filled, static (database, key) => database.KeyExistsAsync(key), cancellationToken);

    public async ValueTask MarkFilledAsync(CancellationToken cancellationToken) =>
        await redis.DemandAsync(RedisNames.Filled, static (database, key) => database.StringSetAsync(key, 1, FilledAge), cancellationToken);

    public ValueTask<bool> TryClaimAsync(string job, TimeSpan duration, CancellationToken cancellationToken) => redis.DemandAsync(
        (Key: RedisNames.Job(job), Duration: duration), static (database, claim) => database.StringSetAsync(claim.Key, 1, claim.Duration, When.NotExists), cancellationToken);

    public ValueTask<IReadOnlyList<CacheMark>> ReadMarksAsync(IReadOnlyList<DocumentKey> keys, CancellationToken cancellationToken) => redis.DemandAsync(
        keys,
        static async (database, asked) =>
        {
            var headers = asked.Select(key => database.StringGetRangeAsync(RedisNames.Document(key), 0, CacheEnvelope.HeaderLength - 1)).ToArray();
            var tags = asked.Select(key => database.KeyExistsAsync(RedisNames.ETag(key))).ToArray();
            await Task.WhenAll([.. headers, .. tags]);
            return (IReadOnlyList<CacheMark>)[.. headers.Zip(tags, static (header, tag) => new CacheMark(CacheEnvelope.ReadRevision((byte[]?)header.Result), tag.Result))];
        },
        cancellationToken);

    public async ValueTask<IReadOnlyList<string>> ReadExpiringAsync(DocumentKind kind, DateTimeOffset before, int limit, CancellationToken cancellationToken) => Texts(await redis.DemandAsync(
        (Key: RedisNames.ExpirySet(kind), Before: (double)before.ToUnixTimeSeconds(), Limit: limit),
        static (database, ask) => database.SortedSetRangeByScoreAsync(ask.Key, double.NegativeInfinity, ask.Before, take: ask.Limit),
        cancellationToken));

    public async ValueTask<IReadOnlyList<string>> ReadAllAsync(DocumentKind kind, int offset, int limit, CancellationToken cancellationToken) => Texts(await redis.DemandAsync(
        (Key: RedisNames.ExpirySet(kind), From: (long)offset, To: (long)offset + limit - 1),
        static (database, ask) => database.SortedSetRangeByRankAsync(ask.Key, ask.From, ask.To),
        cancellationToken));

    public async ValueTask RemoveAsync(DocumentKind kind, IReadOnlyCollection<string> identifiers, CancellationToken cancellationToken) => await redis.DemandAsync(
        (Key: RedisNames.ExpirySet(kind), Members: identifiers.Select(identifier => (RedisValue)identifier).ToArray()),
        static (database, call) => database.SortedSetRemoveAsync(call.Key, call.Members),
        cancellationToken);

    private static string[] Texts(RedisValue[] values) => Array.ConvertAll(values, static value => (string)value!);
}
