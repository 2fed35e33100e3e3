using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Caching;

/// <summary>The caches in front of the store, and what keeps them current.</summary>
internal static class HyperCacheRegistration
{
    internal static IServiceCollection AddHyperCache(this IServiceCollection services) => services
        .AddSingleton<SecretTokenAuthenticator>()
        .AddSingleton<TeamDirectory>()
        .AddSingleton<ISnapshotObserver, SnapshotLog>()
        .AddSingleton(provider => new TeamSnapshots(
            provider.GetRequiredService<IFlagStore>(), provider.GetRequiredService<ISnapshotObserver>(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<TeamInvalidation>()
        .AddHostedService<OutboxWorker>()
        .AddHostedService<SnapshotRevalidation>();
}
