using FlagsService.HyperCache.Quotas;
using FlagsService.HyperCache.Tokens;
using StackExchange.Redis;

namespace FlagsService.Storage.Redis;

/// <summary>Moves a project's limits from token to token, in the sorted sets that billing writes. The only place of this service that writes secrets in clear: the sets are shared with services that look for just that.</summary>
internal sealed class RedisQuotaTokens(RedisConnection redis) : IQuotaTokens
{
    private const int PageSize = 5000;
    private static readonly string[] Families = ["@posthog/quota-limits/", "@posthog/quota-limiting-suspended/"];

    private static readonly string[] Resources =
    [
        "events", "exceptions", "recordings", "rows_synced", "feature_flag_requests", "api_queries_read_bytes", "survey_responses", "llm_events", "cdp_trigger_events", "rows_exported", "ai_credits",
        "workflow_emails", "workflow_destinations_dispatched", "logs_mb_ingested",
    ];

    private static readonly string[] Sets = [.. Families.SelectMany(family => Resources.Select(resource => family + resource))];

    public bool IsConfigured => true;

    public async ValueTask<bool> MoveAsync(QuotaTokenMove move, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var current = move.Current.ToHashSet(StringComparer.Ordinal);
            HashSet<string> known = [.. current, .. move.Retired, .. await RecogniseAsync(move, cancellationToken)];
            var writes = Decide(await redis.CallAsync(known, ReadAsync, cancellationToken), known, current, now.ToUnixTimeSeconds());
            return writes.Count == 0 || await redis.CallAsync(writes, WriteAsync, cancellationToken);
        }
        catch (Exception exception) when (RedisConnection.IsTrouble(exception))
        {
            return false;
        }
    }

    // A score belongs to the set and the token that it was asked for, in whatever order the answers come.
    private static async Task<Dictionary<(string Set, string Token), double?>> ReadAsync(IDatabase database, HashSet<string> tokens)
    {
        var pending = new Dictionary<(string Set, string Token), Task<double?>>();
        var batch = database.CreateBatch();
        foreach (var set in Sets)
        {
            foreach (var token in tokens)
            {
                pending[(set, token)] = batch.SortedSetScoreAsync(set, token);
            }
        }

        batch.Execute();
        await Task.WhenAll(pending.Values);
        return pending.ToDictionary(pair => pair.Key, pair => pair.Value.Result);
    }

    private static List<(string Set, string Token, double? Score)> Decide(
        Dictionary<(string Set, string Token), double?> scores, HashSet<string> known, HashSet<string> current, long now)
    {
        var writes = new List<(string Set, string Token, double? Score)>();
        foreach (var set in Sets)
        {
            var active = known.Max(token => scores[(set, token)] is { } score && score >= now ? score : (double?)null);
            foreach (var token in known)
            {
                var score = scores[(set, token)];
                if (!current.Contains(token) && score is not null)
                {
                    writes.Add((set, token, null));
                }
                else if (current.Contains(token) && active is not null && score != active)
                {
                    writes.Add((set, token, active));
                }
            }
        }

        return writes;
    }

    // All or nothing: a half of it would let one of the tokens through.
    private static Task<bool> WriteAsync(IDatabase database, List<(string Set, string Token, double? Score)> writes)
    {
        var transaction = database.CreateTransaction();
        foreach (var (set, token, score) in writes)
        {
            _ = score is { } until ? transaction.SortedSetAddAsync(set, token, until) : transaction.SortedSetRemoveAsync(set, token);
        }

        return transaction.ExecuteAsync();
    }

    /// <summary>Members of the sets that have one of the digests: an announcement names no secret.</summary>
    private async ValueTask<HashSet<string>> RecogniseAsync(QuotaTokenMove move, CancellationToken cancellationToken)
    {
        var digests = move.RetiredDigests.ToHashSet(StringComparer.Ordinal);
        digests.ExceptWith(move.Current.Concat(move.Retired).Select(token => TokenDigest.Of(token).Text));
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var set in digests.Count == 0 ? [] : Sets)
        {
            for (var read = 0L; await ReadPageAsync(set, read, cancellationToken) is { Length: > 0 } page; read += page.Length)
            {
                found.UnionWith(page.Select(member => (string)member!).Where(token => digests.Contains(TokenDigest.Of(token).Text)));
            }
        }

        return found;
    }

    private ValueTask<RedisValue[]> ReadPageAsync(string set, long from, CancellationToken cancellationToken) => redis.CallAsync(
        (Set: set, From: from), static (database, page) => database.SortedSetRangeByRankAsync(page.Set, page.From, page.From + PageSize - 1), cancellationToken);
}
