using FlagsService.HyperCache.FlagDefinitions;
using Microsoft.AspNetCore.OutputCaching;

namespace FlagsService.FlagDefinitions;

/// <summary>Drops the cached answers of a team whose definitions changed; nobody would find them any more.</summary>
internal sealed class DefinitionsEviction(IOutputCacheStore store) : ITeamUpdateObserver
{
    public ValueTask UpdatedAsync(int teamId, CancellationToken cancellationToken) => store.EvictByTagAsync(DefinitionsCachePolicy.TagOf(teamId), cancellationToken);
}
