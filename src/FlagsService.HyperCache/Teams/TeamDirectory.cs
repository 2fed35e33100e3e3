using FlagsService.HyperCache.Memory;
using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.HyperCache.Teams;

/// <summary>Whose token is it? The one resolver of every endpoint: public tokens, primary and backup secrets, project secret keys.</summary>
/// <remarks>It branches on <c>phs_</c> before anything else: a secret goes to the authenticator and never near the public tokens' caches.</remarks>
public sealed class TeamDirectory
{
    private const int LongestToken = 256;
    private const int Rows = 100_000;
    private const int Negatives = 10_000;
    private static readonly TimeSpan RowAge = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan NegativeAge = TimeSpan.FromSeconds(30);
    private static readonly string[] ForeignPrefixes = ["phx_", "pha_", "phr_"];
    private static readonly KeyValuePair<string, object?> FromCache = new("cache_hit", "true");
    private static readonly KeyValuePair<string, object?> FromStore = new("cache_hit", "false");

    private readonly ITeamStore store;
    private readonly TieredDocuments tiers;
    private readonly SecretTokenAuthenticator secrets;
    private readonly BoundedCache<string, Team> byToken;
    private readonly BoundedCache<int, Team> byId;
    private readonly NegativeCache negatives;
    private readonly SingleFlight<(string Token, int Generation), (StoreAnswer<Team> Answer, string Source)> tokenLoads;
    private readonly SingleFlight<(int TeamId, int Generation), StoreAnswer<Team>> idLoads;
    private int generation;

    /// <summary>An empty directory in front of the shared tiers and a store.</summary>
    public TeamDirectory(ITeamStore store, TieredDocuments tiers, SecretTokenAuthenticator secrets, TimeProvider time)
    {
        this.store = store;
        this.tiers = tiers;
        this.secrets = secrets;
        byToken = new(Rows, time, comparer: StringComparer.Ordinal);
        byId = new(Rows, time);
        negatives = new(Negatives, NegativeAge, time);
        tokenLoads = new(RequestBudget.Load, (StoreAnswers.Late<Team>(), "fallback"), time);
        idLoads = new(RequestBudget.Load, StoreAnswers.Late<Team>(), time);
    }

    /// <summary>How many public tokens are known to belong to nobody.</summary>
    public int NegativeCount => negatives.Count;

    /// <summary>How many team rows are in memory.</summary>
    public int RowCount => byToken.Count;

    /// <summary>Resolves a presented token. Completes at once, and without I/O, for a team in memory.</summary>
    public ValueTask<TeamResolution> ResolveAsync(string? token, CancellationToken cancellationToken)
    {
        var presented = token?.Trim();
        if (string.IsNullOrEmpty(presented))
        {
            return new(Refuse(TokenOutcome.Missing, "missing"));
        }

        if (PresentedToken.IsSecretText(presented))
        {
            return ResolveSecretAsync(new PresentedToken(presented), cancellationToken);
        }

        if (byToken.TryGet(presented, out var team, out var isFresh) && isFresh)
        {
            CacheMetrics.TeamCacheHit.Add(1, FromCache);
            return new(new TeamResolution(TokenOutcome.Accepted, team, null, "memory"));
        }

        return !IsPlausible(presented) || Array.Exists(ForeignPrefixes, prefix => presented.StartsWith(prefix, StringComparison.Ordinal))
            ? new(Refuse(TokenOutcome.Unknown, "malformed"))
            : ResolvePublicAsync(presented, cancellationToken);
    }

    /// <summary>Resolves a secret. Without I/O where secret and team are in memory.</summary>
    public async ValueTask<TeamResolution> ResolveSecretAsync(PresentedToken secret, CancellationToken cancellationToken)
    {
        if (!IsPlausible(secret.Text))
        {
            return Refuse(TokenOutcome.SecretInvalid, "malformed");
        }

        var (before, secretsBefore) = (Volatile.Read(ref generation), secrets.Generation);
        var answer = await secrets.AuthenticateAsync(secret, cancellationToken);
        if (answer.IsUnavailable)
        {
            return new TeamResolution(TokenOutcome.Unavailable, null, null, "fallback");
        }

        if (!answer.IsHit)
        {
            return Refuse(TokenOutcome.SecretInvalid, "secret_not_found");
        }

        var record = answer.Value.Record;
        if (answer.Value.Row is { } row)
        {
            // One statement told everything about the team.
            CacheMetrics.TeamReads.Add(1);
            return new TeamResolution(TokenOutcome.Accepted, Remember(StoreAnswers.Hit(row), before, secretsBefore).Value, record, "fallback");
        }

        if (record.PublicToken is { } publicToken && !PresentedToken.IsSecretText(publicToken) && await ResolveAsync(publicToken, cancellationToken) is var resolution && resolution.Team?.Id == record.TeamId)
        {
            return resolution with { Credential = record };
        }

        // The record is older than its public token, or than the member: the id still tells.
        var byRow = await FindByIdAsync(record.TeamId, cancellationToken);
        return byRow.Status switch
        {
            StoreStatus.Hit => new TeamResolution(TokenOutcome.Accepted, byRow.Value, record, "pg_by_id"),
            StoreStatus.Miss => Refuse(TokenOutcome.SecretInvalid, "team_not_found", "pg_by_id"),
            _ => new TeamResolution(TokenOutcome.Unavailable, null, null, "pg_by_id"),
        };
    }

    /// <summary>The team of an id.</summary>
    public async ValueTask<StoreAnswer<Team>> FindByIdAsync(int teamId, CancellationToken cancellationToken)
    {
        if (byId.TryGet(teamId, out var known, out var isFresh) && isFresh)
        {
            return StoreAnswers.Hit(known);
        }

        var answer = await idLoads.RunAsync((teamId, Volatile.Read(ref generation)), LoadByIdAsync, cancellationToken);
        if (!answer.IsUnavailable || known is null)
        {
            return answer;
        }

        CacheMetrics.StaleServed.Add(1);
        return StoreAnswers.Hit(known);
    }

    /// <summary>A team was changed: its row is read again before it is used, and serves on where nobody can tell. Every negative is forgotten: a token that was unknown may be the new one.</summary>
    public void Doubt(int teamId)
    {
        Interlocked.Increment(ref generation);
        if (byId.TryPeek(teamId, out var team))
        {
            byId.Expire(teamId);
            byToken.Expire(team.PublicToken);
        }
        else
        {
            // The two leave memory one by one: a row that is only known by its token must be found all the same.
            byToken.ExpireWhere((_, owner) => owner.Id == teamId);
        }

        negatives.Clear();
    }

    /// <summary>Trusts nothing in memory any more, when messages may have been missed. Rows are read again before they are used, and serve on where nobody can tell.</summary>
    public void DoubtAll()
    {
        Interlocked.Increment(ref generation);
        byId.ExpireAll();
        byToken.ExpireAll();
        negatives.Clear();
    }

    /// <summary>Shares a team's row after a change, and the absence of the tokens it no longer has. False when the store could not be read or a tier not be written.</summary>
    /// <param name="teamId">The team.</param>
    /// <param name="retiredTokens">Public tokens that were the team's before.</param>
    /// <param name="revision">Revision of the change: it keeps a slower writer from bringing a retired token back.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<bool> ShareAsync(int teamId, IReadOnlyCollection<string> retiredTokens, long revision, CancellationToken cancellationToken)
    {
        var isDone = true;
        var answer = await store.FindByIdAsync(teamId, cancellationToken);
        foreach (var token in retiredTokens.Where(token => token != answer.Value?.Team.PublicToken))
        {
            isDone &= await tiers.WriteAsync(TeamMetadata.KeyOf(token), CacheEntry.Absence(revision), cancellationToken);
        }

        isDone &= !answer.IsHit || await ShareAsync(answer.Value, cancellationToken);
        return isDone && !answer.IsUnavailable;
    }

    /// <summary>Shares a row that was just read.</summary>
    public Task<bool> ShareAsync(TeamRow row, CancellationToken cancellationToken) =>
        tiers.WriteAsync(TeamMetadata.KeyOf(row.Team.PublicToken), () => TeamMetadata.Write(row), cancellationToken);

    /// <summary>Deletes the shared copy under a public token.</summary>
    public Task<bool> DeleteSharedAsync(string publicToken, CancellationToken cancellationToken) => tiers.DeleteAsync(TeamMetadata.KeyOf(publicToken), cancellationToken);

    private async ValueTask<TeamResolution> ResolvePublicAsync(string token, CancellationToken cancellationToken)
    {
        var digest = TokenDigest.Of(token);
        if (negatives.Contains(digest))
        {
            CacheMetrics.NegativeCacheHit.Add(1);
            return Refuse(TokenOutcome.Unknown, "token_not_found", "negative_cache");
        }

        byToken.TryGet(token, out var stale, out _);
        var before = Volatile.Read(ref generation);
        var (answer, source) = await tokenLoads.RunAsync((token, before), LoadByTokenAsync, cancellationToken);
        switch (answer.Status)
        {
            case StoreStatus.Hit:
                CacheMetrics.TeamCacheHit.Add(1, source == "redis" ? FromCache : FromStore);
                return new TeamResolution(TokenOutcome.Accepted, answer.Value, null, source);
            case StoreStatus.Miss:
                byToken.Remove(token);
                if (before == Volatile.Read(ref generation))
                {
                    negatives.Add(digest);
                }

                return Refuse(TokenOutcome.Unknown, "token_not_found", source);
            default:
                if (stale is null)
                {
                    return new TeamResolution(TokenOutcome.Unavailable, null, null, "fallback");
                }

                CacheMetrics.StaleServed.Add(1);
                return new TeamResolution(TokenOutcome.Accepted, stale, null, "memory");
        }
    }

    private async Task<(StoreAnswer<Team> Answer, string Source)> LoadByTokenAsync((string Token, int Generation) wanted, CancellationToken cancellationToken)
    {
        var key = TeamMetadata.KeyOf(wanted.Token);
        var shared = await tiers.ReadAsync(key, cancellationToken);
        if (shared.IsHit)
        {
            if (shared.Value.IsAbsence)
            {
                return (StoreAnswers.Miss<Team>(), "redis");
            }

            if (TeamMetadata.TryRead(wanted.Token, shared.Value) is { } row)
            {
                return (Remember(StoreAnswers.Hit(row), wanted.Generation, secrets.Generation), "redis");
            }

            await tiers.DeleteAsync(key, cancellationToken);
        }

        var secretsBefore = secrets.Generation;
        var answer = await ReadAsync(store.FindByPublicTokenAsync(wanted.Token, cancellationToken));
        if (answer.IsHit)
        {
            tiers.WriteBack(key, () => TeamMetadata.Write(answer.Value));
        }

        return (Remember(answer, wanted.Generation, secretsBefore), "fallback");
    }

    private async Task<StoreAnswer<Team>> LoadByIdAsync((int TeamId, int Generation) wanted, CancellationToken cancellationToken)
    {
        var secretsBefore = secrets.Generation;
        return Remember(await ReadAsync(store.FindByIdAsync(wanted.TeamId, cancellationToken)), wanted.Generation, secretsBefore);
    }

    private static async ValueTask<StoreAnswer<TeamRow>> ReadAsync(ValueTask<StoreAnswer<TeamRow>> reading)
    {
        CacheMetrics.TeamReads.Add(1);
        return await reading;
    }

    private StoreAnswer<Team> Remember(StoreAnswer<TeamRow> answer, int before, int secretsBefore)
    {
        if (!answer.IsHit)
        {
            return new StoreAnswer<Team>(answer.Status, null, answer.Trouble);
        }

        // A row read before a change must not be kept after it.
        var team = answer.Value.Team;
        if (before == Volatile.Read(ref generation))
        {
            // Spread, so that rows loaded together do not come due together.
            var age = RowAge + TimeSpan.FromSeconds(Random.Shared.Next(30));
            if (byId.TryGet(team.Id, out var held, out _) && held.PublicToken != team.PublicToken)
            {
                byToken.Remove(held.PublicToken);
            }

            byToken.Set(team.PublicToken, team, age);
            byId.Set(team.Id, team, age);
            secrets.Warm(answer.Value, secretsBefore);
        }

        return StoreAnswers.Hit(team);
    }

    private static bool IsPlausible(string token) => token.Length <= LongestToken && System.Text.Ascii.IsValid(token) && !token.Contains('\0', StringComparison.Ordinal);

    private static TeamResolution Refuse(TokenOutcome outcome, string reason, string source = "")
    {
        CacheMetrics.TokenValidationErrors.Add(1, new KeyValuePair<string, object?>("reason", reason));
        return new TeamResolution(outcome, null, null, source);
    }
}
