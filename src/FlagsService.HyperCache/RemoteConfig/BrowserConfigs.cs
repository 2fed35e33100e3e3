using FlagsService.HyperCache.Memory;
using FlagsService.HyperCache.Tiers;

namespace FlagsService.HyperCache.RemoteConfig;

/// <summary>The shared configurations of browsers, looked up every half minute at most for a token. Trouble of a tier is like none there: browsers then boot with the least.</summary>
public sealed class BrowserConfigs(TieredDocuments tiers, TimeProvider time)
{
    private const long BytesBound = 16 * 1024 * 1024;
    private const int EntryBytes = 200;
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(30);
    private readonly BoundedCache<string, CacheEntry> memory = new(BytesBound, time, static entry => entry.Json.Length + EntryBytes, StringComparer.Ordinal);
    private readonly SingleFlight<string, CacheEntry> loads = new(RequestBudget.Load, CacheEntry.Absence(0), time, StringComparer.Ordinal);

    /// <summary>The configuration under a public token; null when none is shared.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> FindAsync(string publicToken, CancellationToken cancellationToken)
    {
        if (!memory.TryGet(publicToken, out var entry, out var isFresh) || !isFresh)
        {
            entry = await loads.RunAsync(publicToken, LoadAsync, cancellationToken);
        }

        return entry.IsAbsence ? default(ReadOnlyMemory<byte>?) : entry.Json;
    }

    private async Task<CacheEntry> LoadAsync(string publicToken, CancellationToken cancellationToken)
    {
        var answer = await tiers.ReadAsync(new DocumentKey(DocumentKind.BrowserConfig, publicToken), cancellationToken);
        var entry = answer.Value ?? CacheEntry.Absence(0);
        memory.Set(publicToken, entry, Age);
        return entry;
    }
}
