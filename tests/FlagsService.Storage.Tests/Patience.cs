using FlagsService.HyperCache;
using FlagsService.HyperCache.Tiers;

namespace FlagsService.Storage.Tests;

/// <summary>Asks a tier again while it could not tell: on a busy machine a call may take longer than it has, and these tests are about what is answered.</summary>
internal static class Patience
{
    private const int Attempts = 300;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    internal static async Task<bool> StoredAsync(this IDocumentTier tier, DocumentKey key, CacheEntry entry, TimeSpan age) =>
        await RepeatAsync(() => tier.SetAsync(key, entry, age, default), isStored => isStored);

    internal static Task<StoreAnswer<CacheEntry>> FoundAsync(this IDocumentTier tier, DocumentKey key) =>
        RepeatAsync(() => tier.GetAsync(key, default), answer => !answer.IsUnavailable);

    internal static Task<bool> DeletedAsync(this IDocumentTier tier, DocumentKey key) => RepeatAsync(() => tier.DeleteAsync(key, default), isDeleted => isDeleted);

    /// <summary>The answer of a call that throws while the cache cannot tell.</summary>
    internal static async Task<T> AnsweredAsync<T>(Func<ValueTask<T>> call)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (CacheUnavailableException) when (attempt < Attempts)
            {
                await Task.Delay(Pause, TimeProvider.System);
            }
        }
    }

    private static async Task<T> RepeatAsync<T>(Func<ValueTask<T>> call, Predicate<T> isTold)
    {
        var answer = await call();
        for (var attempt = 0; !isTold(answer) && attempt < Attempts; attempt++)
        {
            await Task.Delay(Pause, TimeProvider.System);
            answer = await call();
        }

        return answer;
    }
}
