using FlagsService.Flags;
using FlagsService.HyperCache.RemoteConfig;

namespace FlagsService.RemoteConfig;

/// <summary>Configuration for browsers and mobile apps.</summary>
internal static class RemoteConfigRegistration
{
    internal static IServiceCollection AddRemoteConfig(this IServiceCollection services)
    {
        services.AddOptions<RemoteConfigOptions>()
            .BindConfiguration(RemoteConfigOptions.Section)
            .Validate(static options => !Array.Exists(options.Keys, key => key.Length == 0), $"{RemoteConfigOptions.Section}:SecretKeys has an empty key between two commas.")
            .ValidateOnStart();
        return services
            .AddSingleton<BrowserConfigs>()
            .AddSingleton<IBrowserConfigSource, BrowserConfigSource>()
            .AddSingleton<BrowserConfigEndpoint>()
            .AddSingleton<PayloadDecryption>()
            .AddSingleton<RemoteConfigAuthentication>()
            .AddSingleton<RemoteConfigEndpoint>();
    }

    internal static void MapRemoteConfig(this IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider;
        app.Map("/api/projects/{project}/feature_flags/{key}/remote_config", services.GetRequiredService<RemoteConfigEndpoint>().HandleAsync);
        app.Map("/array/{token}/config", services.GetRequiredService<BrowserConfigEndpoint>().HandleAsync);
    }
}
