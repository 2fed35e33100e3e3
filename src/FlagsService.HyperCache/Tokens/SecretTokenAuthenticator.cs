using FlagsService.HyperCache.Memory;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tiers;

namespace FlagsService.HyperCache.Tokens;

/// <summary>Whose secret is it? Memory for ten seconds, then the shared record of at most 120 s, then the store of record. Keyed by digest throughout.</summary>
/// <remarks>A secret that was rotated out dies at once where the message arrives, and within 130 s where it is lost.</remarks>
public sealed class SecretTokenAuthenticator
{
    private const int Records = 100_000;
    private const int Unknowns = 10_000;
    private static readonly TimeSpan MemoryAge = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UnknownAge = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RecordAge = TimeSpan.FromSeconds(120);
    private readonly IAuthRecordStore store;
    private readonly IAuthRecordTier tier;
    private readonly TimeProvider time;
    private readonly BoundedCache<string, Kept> records;
    private readonly NegativeCache unknown;
    private readonly SingleFlight<(string Digest, int Generation), StoreAnswer<AuthRecord>> loads;
    private int generation;

    /// <summary>An empty authenticator in front of a shared tier and a store.</summary>
    public SecretTokenAuthenticator(IAuthRecordStore store, IAuthRecordTier tier, TimeProvider time)
    {
        this.store = store;
        this.tier = tier;
        this.time = time;
        records = new(Records, time, comparer: StringComparer.Ordinal);
        unknown = new(Unknowns, UnknownAge, time);
        loads = new(RequestBudget.Storage, time);
    }

    /// <summary>How many digests are known to belong to nobody.</summary>
    public int UnknownCount => unknown.Count;

    /// <summary>The record of a <c>phs_</c> secret; a miss for one that belongs to nobody.</summary>
    public ValueTask<StoreAnswer<AuthRecord>> AuthenticateAsync(string secret, CancellationToken cancellationToken)
    {
        var digest = TokenDigest.Of(secret);
        return FindAsync(digest, deadline => store.FindSecretAsync(secret, digest, deadline), isPersonal: false, cancellationToken);
    }

    /// <summary>The record of a personal key; a miss for one that belongs to nobody.</summary>
    public ValueTask<StoreAnswer<AuthRecord>> AuthenticatePersonalAsync(string key, CancellationToken cancellationToken)
    {
        var digest = TokenDigest.Of(key);
        return FindAsync(digest, deadline => store.FindPersonalKeyAsync(digest, deadline), isPersonal: true, cancellationToken);
    }

    /// <summary>Forgets the records of some digests and every unknown one: a secret that was unknown may be the new one.</summary>
    public void Forget(IEnumerable<string> digests)
    {
        Interlocked.Increment(ref generation);
        unknown.Clear();
        foreach (var digest in digests)
        {
            records.Remove(digest);
        }
    }

    /// <summary>Forgets the records of a team.</summary>
    public void ForgetTeam(int teamId)
    {
        Interlocked.Increment(ref generation);
        unknown.Clear();
        records.RemoveWhere((_, kept) => kept.Record.TeamId == teamId || kept.Record.Kind == AuthRecordKind.Personal);
    }

    /// <summary>Forgets everything, when messages may have been missed.</summary>
    public void ForgetAll()
    {
        Interlocked.Increment(ref generation);
        unknown.Clear();
        records.Clear();
    }

    private async ValueTask<StoreAnswer<AuthRecord>> FindAsync(
        TokenDigest digest, Func<CancellationToken, ValueTask<StoreAnswer<AuthRecord>>> load, bool isPersonal, CancellationToken cancellationToken)
    {
        AuthRecord record;
        if (records.TryGet(digest.Text, out var kept, out var isFresh) && isFresh)
        {
            record = kept.Record;
        }
        else
        {
            if (unknown.Contains(digest))
            {
                return StoreAnswers.Miss<AuthRecord>();
            }

            // A load that started before something was forgotten is not joined after it.
            var answer = await loads.RunAsync(
                (digest.Text, Volatile.Read(ref generation)), async (key, deadline) => await LoadAsync(digest, load, key.Generation, deadline), cancellationToken);
            if (!answer.IsHit)
            {
                return answer;
            }

            record = answer.Value;
        }

        // A personal key's record never opens what a secret opens, nor the reverse.
        return (record.Kind == AuthRecordKind.Personal) == isPersonal ? StoreAnswers.Hit(record) : StoreAnswers.Miss<AuthRecord>();
    }

    private async Task<StoreAnswer<AuthRecord>> LoadAsync(TokenDigest digest, Func<CancellationToken, ValueTask<StoreAnswer<AuthRecord>>> load, int before, CancellationToken deadline)
    {
        var shared = await tier.GetAsync(digest, deadline);
        if (shared.Record is { } record)
        {
            Keep(digest, record, shared.Remaining, before);
            return StoreAnswers.Hit(record);
        }

        var answer = await load(deadline);
        if (answer.IsHit)
        {
            Keep(digest, answer.Value, RecordAge, before);
            if (shared.Version is { } version)
            {
                await tier.SetAsync(digest, answer.Value, version, deadline);
            }
        }
        else if (answer.IsMiss && before == Volatile.Read(ref generation))
        {
            records.Remove(digest.Text);
            unknown.Add(digest);
        }

        // Nobody can tell: a copy may be used to the end of the record's life, and there is no other grace.
        if (answer.IsUnavailable && shared.Status == StoreStatus.Unavailable && records.TryPeek(digest.Text, out var kept) && time.GetTimestamp() < kept.DeadAt)
        {
            CacheMetrics.StaleServed.Add(1);
            return StoreAnswers.Hit(kept.Record);
        }

        return answer;
    }

    // A row read before a rotation must not be kept after it.
    private void Keep(TokenDigest digest, AuthRecord record, TimeSpan life, int before)
    {
        if (before == Volatile.Read(ref generation))
        {
            var age = life < MemoryAge ? life : MemoryAge;
            records.Set(digest.Text, new Kept(record, time.GetTimestamp() + (long)(life.TotalSeconds * time.TimestampFrequency)), age);
        }
    }

    private sealed record Kept(AuthRecord Record, long DeadAt);
}
