using FlagsService.Caching;
using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;
using FlagsService.Management;
using FlagsService.Storage;

namespace FlagsService.CommandLine;

/// <summary>The store as the server would see it with the same configuration, for a command that runs beside it or without it.</summary>
internal sealed class CommandStore : IAsyncDisposable
{
    private const int ConnectAttempts = 20;
    private readonly ServiceProvider services;

    private CommandStore(ServiceProvider services) => this.services = services;

    internal static async Task<CommandStore> OpenAsync(CancellationToken cancellationToken)
    {
        var configuration = new ConfigurationBuilder().SetBasePath(Directory.GetCurrentDirectory())
            .AddJsonFile("appsettings.json", optional: true).AddEnvironmentVariables().Build();
        var provider = new ServiceCollection().AddStorage(configuration).AddLimitStores(configuration).AddHyperCacheCore(configuration).AddTokenChanges().AddLogging().BuildServiceProvider();
        await provider.GetRequiredService<IDatabaseMigrator>().MigrateAsync(cancellationToken);
        return new CommandStore(provider);
    }

    internal T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>The team a command is about: the one named, else the only one. An empty store gets its first project, as at a server's first start.</summary>
    internal async Task<TeamTokens?> FindTeamAsync(int? teamId, CancellationToken cancellationToken)
    {
        if (await Get<IBootstrap>().CreateFirstProjectAsync(cancellationToken) is { } created && (teamId is null || teamId == created.TeamId))
        {
            return created;
        }

        var teams = await Get<ITokenAdministration>().ReadAsync(teamId, cancellationToken);
        return teams.Count == 0 || (teamId is null && teams.Count > 1) ? null : teams[0];
    }

    /// <summary>Connects to the shared cache, for a command that writes there: the first call pays for the connection, which may take longer than a call has. Gives up silently after some seconds.</summary>
    internal async Task ReachCacheAsync(CancellationToken cancellationToken)
    {
        var inventory = Get<ICacheInventory>();
        for (var attempt = 1; inventory.IsConfigured && attempt < ConnectAttempts; attempt++)
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

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
