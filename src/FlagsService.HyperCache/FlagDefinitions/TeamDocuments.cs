using System.Diagnostics.CodeAnalysis;
using FlagsService.HyperCache.Memory;
using FlagsService.HyperCache.Tiers;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>One kind of document of the teams in use: memory, then the shared tiers, then the store. A warm read touches memory only; what is in memory has no age, and is served while the stores are down.</summary>
internal sealed class TeamDocuments<T>
    where T : class
{
    private static readonly TimeSpan ForEver = TimeSpan.FromDays(3650);
    private readonly ITeamDocumentForm<T> form;
    private readonly TieredDocuments tiers;
    private readonly TeamReadings readings;
    private readonly BoundedCache<int, Held> memory;
    private readonly SingleFlight<int, StoreAnswer<T>> loads;
    private readonly Lock swapping = new();

    internal TeamDocuments(ITeamDocumentForm<T> form, TieredDocuments tiers, TeamReadings readings, TimeProvider time, long bytesBound)
    {
        this.form = form;
        this.tiers = tiers;
        this.readings = readings;
        memory = new(bytesBound, time, held => Math.Max(1, form.BytesOf(held.Document)));
        loads = new(RequestBudget.Load, StoreAnswers.Late<T>(), time);
    }

    internal int Count => memory.Count;

    internal long EstimatedBytes => memory.Weight;

    internal IEnumerable<int> Teams => memory.Keys;

    /// <summary>A miss means that the team does not exist.</summary>
    internal ValueTask<StoreAnswer<T>> GetAsync(int teamId, CancellationToken cancellationToken) =>
        memory.TryGet(teamId, out var held, out _) ? new(StoreAnswers.Hit(held.Document)) : new(loads.RunAsync(teamId, LoadAsync, cancellationToken));

    /// <summary>What is in memory, without counting as a use.</summary>
    internal bool TryPeek(int teamId, [NotNullWhen(true)] out T? document)
    {
        document = memory.TryPeek(teamId, out var held) ? held.Document : null;
        return document is not null;
    }

    /// <summary>Whether a team is in use here with a document that does not know every change up to a number. Waits for a load that is under way.</summary>
    internal async ValueTask<bool> IsBehindAsync(int teamId, int wanted, CancellationToken cancellationToken)
    {
        if (loads.IsUnderWay(teamId))
        {
            await loads.RunAsync(teamId, LoadAsync, cancellationToken);
        }

        return memory.TryPeek(teamId, out var held) && held.Generation < wanted;
    }

    /// <summary>Swaps in what fresh rows say, where the team is in use.</summary>
    internal void Take(int teamId, StoreAnswer<TeamReading> reading)
    {
        if (reading.IsHit && memory.TryPeek(teamId, out _))
        {
            Accept(teamId, form.Make(reading.Value.Definitions), reading.Value.Generation);
        }
        else if (reading.IsMiss)
        {
            memory.Remove(teamId);
        }
    }

    /// <summary>Makes a document of fresh rows, shares it, and swaps it in where the team is in use.</summary>
    internal Task<bool> ShareAsync(TeamReading reading, CancellationToken cancellationToken)
    {
        var document = form.Make(reading.Definitions);
        var teamId = reading.Definitions.TeamId;
        if (memory.TryPeek(teamId, out _))
        {
            Accept(teamId, document, reading.Generation);
        }

        return tiers.WriteAsync(KeyOf(teamId), () => form.Write(document), cancellationToken);
    }

    /// <summary>Forgets a team that is gone, here and in the shared tiers; a revision keeps slower writers from bringing it back.</summary>
    internal Task<bool> RemoveAsync(int teamId, long? revision, CancellationToken cancellationToken)
    {
        memory.Remove(teamId);
        return revision is { } known ? tiers.WriteAsync(KeyOf(teamId), CacheEntry.Absence(known), cancellationToken) : tiers.DeleteAsync(KeyOf(teamId), cancellationToken);
    }

    /// <summary>Deletes the shared copies.</summary>
    internal Task<bool> DeleteSharedAsync(int teamId, CancellationToken cancellationToken) => tiers.DeleteAsync(KeyOf(teamId), cancellationToken);

    private async Task<StoreAnswer<T>> LoadAsync(int teamId, CancellationToken cancellationToken)
    {
        var before = readings.Generation;
        var shared = await tiers.ReadAsync(KeyOf(teamId), cancellationToken);
        if (shared.IsHit)
        {
            if (shared.Value.IsAbsence)
            {
                return StoreAnswers.Miss<T>();
            }

            if (form.Read(teamId, shared.Value) is { } document)
            {
                return StoreAnswers.Hit(Accept(teamId, document, before));
            }

            CacheMetrics.CountRead(form.Kind, "unreadable");
            await tiers.DeleteAsync(KeyOf(teamId), cancellationToken);
        }

        var reading = await readings.ReadAsync(teamId, cancellationToken);
        CacheMetrics.CountRead(form.Kind, reading.Status switch { StoreStatus.Hit => "hit_db", StoreStatus.Miss => "missing", _ => "hit_fallback_infra_error" });
        if (!reading.IsHit)
        {
            return new StoreAnswer<T>(reading.Status, null, reading.Trouble);
        }

        var made = form.Make(reading.Value.Definitions);
        tiers.WriteBack(KeyOf(teamId), () => form.Write(made));
        return StoreAnswers.Hit(Accept(teamId, made, reading.Value.Generation));
    }

    // The later reading wins; of two that began alike, the higher revision. Whoever loses gets the winner.
    private T Accept(int teamId, T document, int generation)
    {
        lock (swapping)
        {
            if (memory.TryPeek(teamId, out var held)
                && (held.Generation > generation || (held.Generation == generation && form.RevisionOf(held.Document) > form.RevisionOf(document))))
            {
                return held.Document;
            }

            memory.Set(teamId, new Held(document, generation), ForEver);
            return document;
        }
    }

    private DocumentKey KeyOf(int teamId) => DocumentKey.Of(form.Kind, teamId);

    private sealed record Held(T Document, int Generation);
}
