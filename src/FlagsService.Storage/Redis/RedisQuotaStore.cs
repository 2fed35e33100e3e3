using FlagsService.HyperCache;
using FlagsService.HyperCache.Quotas;
using StackExchange.Redis;

namespace FlagsService.Storage.Redis;

/// <summary>The sorted sets that PostHog's billing writes: member = a token of the project, score = the Unix second until which it is limited.</summary>
internal sealed class RedisQuotaStore(RedisConnection redis) : IQuotaStore
{
    private const string SecretPrefix = "phs_";
    private const int PageSize = 5000;

    public async ValueTask<StoreAnswer<IReadOnlyDictionary<string, long>>> ReadLimitedAsync(QuotaResource resource, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var limited = new Dictionary<string, long>(StringComparer.Ordinal);
            for (var read = 0L; await ReadPageAsync(resource, now, read, cancellationToken) is { Length: > 0 } page; read += page.Length)
            {
                foreach (var member in page)
                {
                    if ((string?)member.Element is { } token && !token.StartsWith(SecretPrefix, StringComparison.Ordinal))
                    {
                        limited[token] = member.Score < long.MaxValue ? (long)member.Score : long.MaxValue;
                    }
                }
            }

            return StoreAnswers.Hit<IReadOnlyDictionary<string, long>>(limited);
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            return StoreAnswers.Unavailable<IReadOnlyDictionary<string, long>>("redis_unavailable");
        }
    }

    // In pages, so that no call outlives the short time that calls have here.
    private ValueTask<SortedSetEntry[]> ReadPageAsync(QuotaResource resource, DateTimeOffset now, long skip, CancellationToken cancellationToken) => redis.CallAsync(
        (Key: KeyOf(resource), Now: (double)now.ToUnixTimeSeconds(), Skip: skip),
        static (database, range) => database.SortedSetRangeByScoreWithScoresAsync(range.Key, range.Now, double.PositiveInfinity, skip: range.Skip, take: PageSize),
        cancellationToken);

    private static string KeyOf(QuotaResource resource) => resource switch
    {
        QuotaResource.Recordings => "@posthog/quota-limits/recordings",
        _ => "@posthog/quota-limits/feature_flag_requests",
    };
}
