using FlagsService.Caching;
using FlagsService.Credentials;
using FlagsService.Errors;
using FlagsService.FlagDefinitions;
using FlagsService.Flags;
using FlagsService.Http;
using FlagsService.Management;
using FlagsService.Observability;
using FlagsService.Quotas;
using FlagsService.RateLimiting;
using FlagsService.RemoteConfig;
using FlagsService.RequestLogging;
using FlagsService.Startup;
using FlagsService.Storage;
using FlagsService.Usage;

namespace FlagsService;

/// <summary>The server: one line a concern.</summary>
internal static class FlagsHost
{
    internal const string DefaultAddress = "http://127.0.0.1:8000";

    internal static WebApplication Build(string[] args, Action<IServiceCollection>? configure = null)
    {
        // Settings are read once. Watching their file would mean watching every folder below the one that the server is started in.
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]) && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists()
            && string.IsNullOrEmpty(builder.Configuration["HTTP_PORTS"]))
        {
            builder.WebHost.UseUrls(DefaultAddress);
        }

        builder.WebHost.ConfigureKestrel(static server => server.AddServerHeader = false);
        builder.Services
            .AddRequestLogging(builder.Configuration)
            .AddObservability(builder.Configuration)
            .AddStorage(builder.Configuration)
            .AddLimitStores(builder.Configuration)
            .AddHyperCache(builder.Configuration)
            .AddStartup()
            .AddRequests()
            .AddRateLimiting()
            .AddQuotas()
            .AddUsage()
            .AddCredentials()
            .AddFlags()
            .AddFlagDefinitions()
            .AddRemoteConfig()
            .AddManagement();
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseRequestLog();
        app.UseRequestTracing();
        app.UseErrorEnvelope();
        app.UseDefinitionsAdmission();
        app.UseOutputCache();
        app.MapFlags();
        app.MapFlagDefinitions();
        app.MapRemoteConfig();
        app.MapManagement();
        app.MapProbes();
        app.MapMetrics();
        app.MapNotFound();
        return app;
    }
}
