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
    private readonly BoundedCache<int, string[]> digestsByTeam;
    private readonly Lock indexing = new();
    private readonly NegativeCache unknown;
    private readonly SingleFlight<(string Digest, int Generation), StoreAnswer<Credential>> loads;
    private int generation;

    /// <summary>An empty authenticator in front of a shared tier and a store.</summary>
    public SecretTokenAuthenticator(IAuthRecordStore store, IAuthRecordTier tier, TimeProvider time)
    {
        this.store = store;
        this.tier = tier;
        this.time = time;
        records = new(Records, time, comparer: StringComparer.Ordinal);
        digestsByTeam = new(Records, time);
        unknown = new(Unknowns, UnknownAge, time);
        loads = new(RequestBudget.Load, StoreAnswers.Late<Credential>(), time);
    }

    /// <summary>How many digests are known to belong to nobody.</summary>
    public int UnknownCount => unknown.Count;

    /// <summary>Changes whenever something was forgotten.</summary>
    public int Generation => Volatile.Read(ref generation);

    /// <summary>The record of a <c>phs_</c> secret; a miss for one that belongs to nobody.</summary>
    public ValueTask<StoreAnswer<Credential>> AuthenticateAsync(PresentedToken secret, CancellationToken cancellationToken) =>
        TryFindKnown(secret.Digest, isPersonal: false) is { } known ? new(known) : LookUpAsync(secret, cancellationToken);

    /// <summary>The record of a personal key; a miss for one that belongs to nobody.</summary>
    public async ValueTask<StoreAnswer<AuthRecord>> AuthenticatePersonalAsync(PresentedToken key, CancellationToken cancellationToken)
    {
        var digest = key.Digest;
        var answer = TryFindKnown(digest, isPersonal: true) ?? await FindAsync(digest, deadline => FindPersonalKeyAsync(digest, deadline), isPersonal: true, cancellationToken);
        return new StoreAnswer<AuthRecord>(answer.Status, answer.Value?.Record, answer.Trouble);
    }

    /// <summary>Takes over what a team's row says of its secrets: both are known from now on, and no other is the team's.</summary>
    /// <param name="row">A row that the store just gave.</param>
    /// <param name="before">What <see cref="Generation"/> was when its reading began.</param>
    public void Warm(TeamRow row, int before)
    {
        if (row.SecretDigests is not { } digests)
        {
            return;
        }

        var record = new AuthRecord { Kind = AuthRecordKind.Secret, TeamId = row.Team.Id, PublicToken = row.Team.PublicToken };
        foreach (var digest in digests)
        {
            Keep(digest, record, RecordAge, before);
        }

        lock (indexing)
        {
            foreach (var former in DigestsOf(row.Team.Id).Except(digests, StringComparer.Ordinal))
            {
                records.Remove(former);
            }

            digestsByTeam.Set(row.Team.Id, [.. digests], RecordAge);
        }
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

    /// <summary>A team was changed: its records are looked up again before they are used. Personal keys are named by their own announcements.</summary>
    public void Doubt(int teamId)
    {
        Interlocked.Increment(ref generation);
        unknown.Clear();
        records.ExpireWhere((_, kept) => kept.Record.TeamId == teamId && kept.Record.Kind != AuthRecordKind.Personal);
    }

    /// <summary>Trusts nothing in memory any more, when messages may have been missed.</summary>
    public void DoubtAll()
    {
        Interlocked.Increment(ref generation);
        unknown.Clear();
        records.ExpireAll();
    }

    private async ValueTask<StoreAnswer<Credential>> FindAsync(
        TokenDigest digest, Func<CancellationToken, ValueTask<StoreAnswer<Credential>>> load, bool isPersonal, CancellationToken cancellationToken)
    {
        // A load that started before something was forgotten is not joined after it.
        var answer = await loads.RunAsync((digest.Text, Generation), async (key, deadline) => await LoadAsync(digest, load, key.Generation, deadline), cancellationToken);
        return answer.IsHit ? Opens(answer.Value, isPersonal) : answer;
    }

    private ValueTask<StoreAnswer<Credential>> LookUpAsync(PresentedToken secret, CancellationToken cancellationToken) =>
        FindAsync(secret.Digest, deadline => store.FindSecretAsync(secret.Text, secret.Digest, deadline), isPersonal: false, cancellationToken);

    /// <summary>What memory knows of a digest, without a load; null when one is needed.</summary>
    private StoreAnswer<Credential>? TryFindKnown(TokenDigest digest, bool isPersonal) =>
        records.TryGet(digest.Text, out var kept, out var isFresh) && isFresh ? Opens(kept.Credential, isPersonal)
        : unknown.Contains(digest) ? StoreAnswers.Miss<Credential>()
        : null;

    // A personal key's record never opens what a secret opens, nor the reverse.
    private static StoreAnswer<Credential> Opens(Credential credential, bool isPersonal) =>
        (credential.Record.Kind == AuthRecordKind.Personal) == isPersonal ? StoreAnswers.Hit(credential) : StoreAnswers.Miss<Credential>();

    private async Task<StoreAnswer<Credential>> LoadAsync(TokenDigest digest, Func<CancellationToken, ValueTask<StoreAnswer<Credential>>> load, int before, CancellationToken deadline)
    {
        var shared = await tier.GetAsync(digest, deadline);
        if (shared.Record is { } record)
        {
            Keep(digest.Text, record, shared.Remaining, before);
            return StoreAnswers.Hit(new Credential(record));
        }

        var answer = await load(deadline);
        if (answer.IsHit)
        {
            Keep(digest.Text, answer.Value.Record, RecordAge, before);
            if (shared.Version is { } version)
            {
                await tier.SetAsync(digest, answer.Value.Record, version, deadline);
            }
        }
        else if (answer.IsMiss && before == Generation)
        {
            records.Remove(digest.Text);
            unknown.Add(digest);
        }

        // Nobody can tell: a copy may be used to the end of the record's life, and there is no other grace.
        if (answer.IsUnavailable && shared.Status == StoreStatus.Unavailable && records.TryPeek(digest.Text, out var kept) && time.GetTimestamp() < kept.DeadAt)
        {
            CacheMetrics.StaleServed.Add(1);
            return StoreAnswers.Hit(kept.Credential);
        }

        return answer;
    }

    private async ValueTask<StoreAnswer<Credential>> FindPersonalKeyAsync(TokenDigest digest, CancellationToken cancellationToken)
    {
        var answer = await store.FindPersonalKeyAsync(digest, cancellationToken);
        return answer.IsHit ? StoreAnswers.Hit(new Credential(answer.Value)) : new StoreAnswer<Credential>(answer.Status, null, answer.Trouble);
    }

    // A row read before a rotation must not be kept after it.
    private void Keep(string digest, AuthRecord record, TimeSpan life, int before)
    {
        if (before == Generation)
        {
            if (record.Kind == AuthRecordKind.Secret)
            {
                Index(record.TeamId, digest);
            }

            var age = life < MemoryAge ? life : MemoryAge;
            records.Set(digest, new Kept(new Credential(record), time.GetTimestamp() + (long)(life.TotalSeconds * time.TimestampFrequency)), age);
        }
    }

    private void Index(int teamId, string digest)
    {
        lock (indexing)
        {
            var known = DigestsOf(teamId);
            if (!known.Contains(digest, StringComparer.Ordinal))
            {
                digestsByTeam.Set(teamId, [.. known, digest], RecordAge);
            }
        }
    }

    private string[] DigestsOf(int teamId) => digestsByTeam.TryPeek(teamId, out var known) ? known : [];

    private sealed record Kept(Credential Credential, long DeadAt)
    {
        internal AuthRecord Record => Credential.Record;
    }
}
