using FlagsService.HyperCache.Archive;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Invalidation;
using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Persons;
using FlagsService.HyperCache.RemoteConfig;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;
using FlagsService.Storage.Migrations;
using FlagsService.Storage.ObjectStorage;
using FlagsService.Storage.Postgres;
using FlagsService.Storage.Redis;
using FlagsService.Storage.Sql;
using FlagsService.Storage.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FlagsService.Storage;

/// <summary>Chooses the store of record.</summary>
public static class StorageRegistration
{
    /// <summary>The embedded store's file when nothing is configured, relative to the working directory.</summary>
    public const string DefaultPath = "data/flags.db";

    /// <summary>Registers Postgres where <c>ConnectionStrings:Postgres</c> is set (people from <c>ConnectionStrings:Persons</c>, if that is too), else the SQLite file at <c>FlagsService:Storage:Path</c>; the shared tiers in Redis where <c>ConnectionStrings:Redis</c> is set, and in a bucket where <c>FlagsService:ObjectStorage:Bucket</c> is.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        var postgres = configuration.GetConnectionString("Postgres");
        if (string.IsNullOrWhiteSpace(postgres))
        {
            var path = configuration["FlagsService:Storage:Path"];
            services.AddSingleton(provider => new SqliteDatabase(string.IsNullOrWhiteSpace(path) ? DefaultPath : path, provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<SqlDatabase>(provider => provider.GetRequiredService<SqliteDatabase>());
            services.AddSingleton<IDatabaseMigrator, SqliteMigrator>();
            services.AddSingleton<IPersonStore, SqlitePersonStore>();
            services.AddSingleton<IOutbox, SqliteOutbox>();
        }
        else
        {
            services.AddSingleton(provider => new PostgresDatabase(postgres, configuration.GetConnectionString("Persons"), provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<SqlDatabase>(provider => provider.GetRequiredService<PostgresDatabase>());
            services.AddSingleton<IDatabaseMigrator, PostgresMigrator>();
            services.AddSingleton<IPersonStore, PostgresPersonStore>();
            services.AddSingleton<IOutbox, PostgresOutbox>();
        }

        AddRedis(services, configuration.GetConnectionString("Redis"));
        AddObjectStorage(services, configuration);
        services.AddSingleton<ITeamStore, SqlTeamStore>();
        services.AddSingleton<IAuthRecordStore, SqlAuthRecordStore>();
        services.AddSingleton<IFlagStore, SqlFlagStore>();
        services.AddSingleton<IRemoteConfigStore, SqlRemoteConfigStore>();
        services.AddSingleton<ITokenAdministration, SqlTokenAdministration>();
        services.AddSingleton<IKeyAdministration, SqlKeyAdministration>();
        services.AddSingleton<IMembershipStore, SqlMembershipStore>();
        services.AddSingleton<IInstanceSettings, SqlInstanceSettings>();
        services.AddSingleton<IBootstrap, SqlBootstrap>();
        services.AddSingleton<IArchive, SqlArchive>();
        return services;
    }

    private static void AddRedis(IServiceCollection services, string? redis)
    {
        if (string.IsNullOrWhiteSpace(redis))
        {
            services.AddSingleton<IAuthRecordTier, NoAuthRecordTier>();
            services.AddSingleton<IKeyUseWindow, MemoryKeyUseWindow>();
            services.AddSingleton<ICacheInventory, NoCacheInventory>();
            services.AddSingleton<ITeamChannel, NoTeamChannel>();
            return;
        }

        services.AddSingleton(provider => new RedisConnection(redis, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IAuthRecordTier, RedisAuthRecordTier>();
        services.AddSingleton<IKeyUseWindow, RedisKeyUseWindow>();
        services.AddSingleton<IDocumentTier, RedisDocumentTier>();
        services.AddSingleton<ICacheInventory, RedisCacheInventory>();
        services.AddSingleton<ITeamChannel, RedisTeamChannel>();
    }

    private static void AddObjectStorage(IServiceCollection services, IConfiguration configuration)
    {
        var settings = configuration.GetSection(ObjectStorageSettings.Section).Get<ObjectStorageSettings>();
        if (!string.IsNullOrWhiteSpace(settings?.Bucket))
        {
            services.AddSingleton<IDocumentTier>(provider => new ObjectDocumentTier(settings, provider.GetRequiredService<TimeProvider>()));
        }
    }
}
