using FlagsService.Caching;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Management;

/// <summary>Forgets what this process and the shared tiers know of the old tokens, and tells the other servers. The announcement in the store repeats it.</summary>
internal sealed class CacheInvalidationStep(TeamInvalidation invalidation) : ITokenChangeStep
{
    public string Name => "caches";

    public Task<bool> ApplyAsync(TokenChange change, CancellationToken cancellationToken) => invalidation.CarryOutAsync(AnnouncedChange.Of(change), cancellationToken);
}
