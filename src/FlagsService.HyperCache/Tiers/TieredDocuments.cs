using System.Diagnostics;

namespace FlagsService.HyperCache.Tiers;

/// <summary>The shared tiers, fastest first. A tier in trouble is passed over: a cache failure is no request failure.</summary>
public sealed class TieredDocuments
{
    private readonly IDocumentTier[] tiers;

    /// <summary>Tiers in the order in which they are asked; none is allowed.</summary>
    public TieredDocuments(IEnumerable<IDocumentTier> tiers) => this.tiers = [.. tiers];

    /// <summary>The first tier's answer that is a hit, also copied to the tiers before it.</summary>
    public async ValueTask<StoreAnswer<CacheEntry>> ReadAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        for (var position = 0; position < tiers.Length; position++)
        {
            if (!tiers[position].Holds(key.Kind))
            {
                continue;
            }

            var answer = await tiers[position].GetAsync(key, cancellationToken);
            if (answer.IsHit)
            {
                CacheMetrics.CountRead(key.Kind, "hit_" + tiers[position].Name);
                DefinitionsMetrics.Shared(key.Kind, tiers[position].Name);
                if (position > 0)
                {
                    WriteBack(key, answer.Value, tiers[..position]);
                }

                return answer;
            }

            if (answer.IsUnavailable)
            {
                CacheMetrics.CountRead(key.Kind, "dependency_unavailable");
            }

            DefinitionsMetrics.NotShared(key.Kind, tiers[position].Name, answer.IsUnavailable);
        }

        return StoreAnswers.Miss<CacheEntry>();
    }

    /// <summary>Stores a document in every tier at once; false when a tier could not take it, in which case the others keep it.</summary>
    public Task<bool> WriteAsync(DocumentKey key, CacheEntry entry, CancellationToken cancellationToken) => WriteAsync(key, entry, tiers, cancellationToken);

    /// <summary>The same for a document that is only put into its shared form where a tier takes it.</summary>
    public Task<bool> WriteAsync(DocumentKey key, Func<CacheEntry> form, CancellationToken cancellationToken) =>
        IsKept(key.Kind) ? WriteAsync(key, form(), cancellationToken) : Task.FromResult(true);

    /// <summary>Stores a document after an answer was made of it, without anybody waiting. It is only put into its shared form where a tier takes it.</summary>
    public void WriteBack(DocumentKey key, Func<CacheEntry> form)
    {
        if (IsKept(key.Kind))
        {
            WriteBack(key, form(), tiers);
        }
    }

    /// <summary>Deletes a document everywhere; false when a tier could not tell.</summary>
    public async Task<bool> DeleteAsync(DocumentKey key, CancellationToken cancellationToken)
    {
        var isDone = true;
        var holders = Array.FindAll(tiers, tier => tier.Holds(key.Kind));
        foreach (var tier in holders)
        {
            isDone &= await tier.DeleteAsync(key, cancellationToken);
        }

        if (holders.Length > 0)
        {
            CacheMetrics.CountDeletion(key.Kind, isDone);
        }

        return isDone;
    }

    private bool IsKept(DocumentKind kind) => Array.Exists(tiers, tier => tier.Holds(kind));

    private static void WriteBack(DocumentKey key, CacheEntry entry, IDocumentTier[] tiers) => _ = WriteAsync(key, entry, tiers, CancellationToken.None);

    private static async Task<bool> WriteAsync(DocumentKey key, CacheEntry entry, IDocumentTier[] tiers, CancellationToken cancellationToken)
    {
        var age = entry.IsAbsence ? DocumentKind.AbsenceAge : Jitter(DocumentKind.Age);
        var started = Stopwatch.GetTimestamp();
        var writes = tiers.Where(tier => tier.Holds(key.Kind)).Select(tier => tier.SetAsync(key, entry, age, cancellationToken).AsTask());
        var results = await Task.WhenAll(writes);
        var isDone = Array.TrueForAll(results, static isDone => isDone);
        if (results.Length > 0)
        {
            CacheMetrics.CountWrite(key.Kind, isDone, entry.Json.Length, Stopwatch.GetElapsedTime(started));
        }

        return isDone;
    }

    // Spread, so that documents written together do not run out together.
    private static TimeSpan Jitter(TimeSpan age) => age * (0.7 + (Random.Shared.NextDouble() * 0.3));
}
