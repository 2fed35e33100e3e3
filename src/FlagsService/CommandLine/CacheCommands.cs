using System.CommandLine;
using FlagsService.Caching.Upkeep;

namespace FlagsService.CommandLine;

/// <summary><c>cache warm</c>: fills the shared cache from the store.</summary>
internal static class CacheCommands
{
    internal static Command Create()
    {
        var invalidateFirst = new Option<bool>("--invalidate-first") { Description = "Delete each document before it is written: needed after the database was restored from a backup." };
        var warm = new Command("warm", "Write the documents of every team that owns flags to Redis and object storage.") { invalidateFirst };
        warm.SetAction((result, cancel) => WarmAsync(result.GetValue(invalidateFirst), cancel));
        return new Command("cache", "The cache that servers share.") { warm };
    }

    private static async Task<int> WarmAsync(bool invalidateFirst, CancellationToken cancellationToken)
    {
        await using var store = await CommandStore.OpenAsync(cancellationToken);
        await store.ReachCacheAsync(cancellationToken);
        if (await store.Get<VerifyDocuments>().WarmAsync(invalidateFirst, cancellationToken) is not { } count)
        {
            await Console.Error.WriteLineAsync("Failed: not every document could be written; the server fills in what is missing.");
            return 1;
        }

        await Console.Out.WriteLineAsync($"Wrote the documents of {count} teams.");
        return 0;
    }
}
