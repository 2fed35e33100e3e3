using FlagsService.Caching.Upkeep;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Caching;

/// <summary>The caches in front of the store, and what keeps them current.</summary>
internal static class HyperCacheRegistration
{
    private const string Section = "FlagsService:Caching";

    internal static IServiceCollection AddHyperCache(this IServiceCollection services, IConfiguration configuration) => services
        .AddHyperCacheCore(configuration)
        .AddHostedService<OutboxWorker>()
        .AddHostedService<TeamChannelListener>()
        .AddHostedService<DefinitionsRevalidation>()
        .AddSingleton<IUpkeepJob>(provider => provider.GetRequiredService<VerifyDocuments>())
        .AddSingleton<IUpkeepJob, RefreshExpiring>()
        .AddSingleton<IUpkeepJob, CleanExpirySets>()
        .AddSingleton<IUpkeepJob, VerifyAuthRecords>()
        .AddHostedService<UpkeepSchedule>()
        .AddHostedService<RefillWatch>()
        .AddHostedService<CacheGauges>();

    /// <summary>The caches alone, for a command that fills or empties them.</summary>
    internal static IServiceCollection AddHyperCacheCore(this IServiceCollection services, IConfiguration configuration)
    {
        var bounds = configuration.GetSection(Section).Get<CacheBounds>() ?? new CacheBounds();
        if (bounds is not { CompiledBytes: > 0, DocumentBytes: > 0 })
        {
            throw new InvalidOperationException($"{Section}:CompiledBytes and {Section}:DocumentBytes must be above zero.");
        }

        return services
            .AddSingleton(bounds)
            .AddSingleton<TieredDocuments>()
            .AddSingleton<SecretTokenAuthenticator>()
            .AddSingleton<TeamDirectory>()
            .AddSingleton<ISnapshotObserver, SnapshotLog>()
            .AddSingleton<TeamReadings>()
            .AddSingleton<DefinitionCaches>()
            .AddSingleton(static provider => provider.GetRequiredService<DefinitionCaches>().Snapshots)
            .AddSingleton(static provider => provider.GetRequiredService<DefinitionCaches>().Definitions)
            .AddSingleton<TeamUpdates>()
            .AddSingleton<TeamInvalidation>()
            .AddSingleton<VerifyDocuments>();
    }
}
