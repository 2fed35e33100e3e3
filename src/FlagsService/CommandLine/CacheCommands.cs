using System.CommandLine;
using FlagsService.Caching.Upkeep;
using FlagsService.HyperCache.Tiers;

namespace FlagsService.CommandLine;

/// <summary><c>cache warm</c>: fills the shared cache from the store.</summary>
internal static class CacheCommands
{
    private const int ConnectAttempts = 20;

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
        await ConnectAsync(store.Get<ICacheInventory>(), cancellationToken);
        if (await store.Get<VerifyDocuments>().WarmAsync(invalidateFirst, cancellationToken) is not { } count)
        {
            await Console.Error.WriteLineAsync("Failed: not every document could be written; the server fills in what is missing.");
            return 1;
        }

        await Console.Out.WriteLineAsync($"Wrote the documents of {count} teams.");
        return 0;
    }

    // The first call pays for the connection, which may take longer than a call has.
    private static async Task ConnectAsync(ICacheInventory inventory, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt < ConnectAttempts; attempt++)
        {
            try
            {
                await inventory.IsFilledAsync(cancellationToken);
                return;
            }
            catch (CacheUnavailableException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, cancellationToken);
            }
        }
    }
}
