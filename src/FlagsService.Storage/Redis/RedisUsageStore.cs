using System.Globalization;
using FlagsService.HyperCache.Usage;
using StackExchange.Redis;

namespace FlagsService.Storage.Redis;

/// <summary>The hashes that PostHog's billing reads: one field for each two minutes. A script adds a batch and notes its number in one step, so that a batch whose answer was lost can be sent again.</summary>
internal sealed class RedisUsageStore(RedisConnection redis) : IUsageStore
{
    private const string WriterPrefix = "flags:1:usage:";
    private const int WriterSeconds = 7 * 24 * 3600;

    // A counter that another program made something else of must not keep the others from being counted.
    private const string AddOnce =
        """
        if tonumber(redis.call('get', KEYS[1]) or '0') >= tonumber(ARGV[1]) then return 0 end
        redis.call('setex', KEYS[1], ARGV[2], ARGV[1])
        for i = 2, #KEYS do redis.pcall('hincrby', KEYS[i], ARGV[3], ARGV[i + 2]) end
        return 1
        """;

    public bool IsConfigured => true;

    public async ValueTask<bool> AddAsync(string writer, long number, long period, IReadOnlyList<UsageIncrement> batch, CancellationToken cancellationToken)
    {
        var keys = new List<RedisKey>((batch.Count * 2) + 1) { WriterPrefix + writer };
        var values = new List<RedisValue>((batch.Count * 2) + 3) { number, WriterSeconds, period };
        foreach (var increment in batch)
        {
            var (hash, team) = (HashOf(increment.Kind), increment.TeamId.ToString(CultureInfo.InvariantCulture));
            keys.Add(hash + ":" + team);
            values.Add(increment.Count);
            if (increment.Library is { } library)
            {
                keys.Add(hash + ":sdk:" + team + ":" + library);
                values.Add(increment.Count);
            }
        }

        try
        {
            await redis.CallAsync(
                (Keys: keys.ToArray(), Values: values.ToArray()),
                static (database, call) => database.ScriptEvaluateAsync(AddOnce, call.Keys, call.Values),
                cancellationToken);
            return true;
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            return false;
        }
    }

    private static string HashOf(UsageKind kind) => kind == UsageKind.Evaluation ? "posthog:decide_requests" : "posthog:local_evaluation_requests";
}
