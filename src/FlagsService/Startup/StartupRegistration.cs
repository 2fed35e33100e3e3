using FlagsService.Http;

namespace FlagsService.Startup;

/// <summary>Bringing the store up, and the probes that tell how it is.</summary>
internal static class StartupRegistration
{
    internal static IServiceCollection AddStartup(this IServiceCollection services) => services
        .AddSingleton(Console.Out)
        .AddSingleton<StoreReadiness>()
        .AddSingleton<FirstStart>()
        .AddHostedService<StorePreparation>();

    internal static void MapProbes(this IEndpointRouteBuilder app)
    {
        var readiness = app.ServiceProvider.GetRequiredService<StoreReadiness>();
        var lifetime = app.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();
        app.MapText("/_liveness", static context => context.Response.WriteAsync("alive", context.RequestAborted));
        app.MapText("/_startup", static context => context.Response.WriteAsync("started", context.RequestAborted));
        app.MapText("/_readiness", context =>
        {
            if (!readiness.IsReady || lifetime.ApplicationStopping.IsCancellationRequested)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return context.Response.WriteAsync("not ready", context.RequestAborted);
            }

            return context.Response.WriteAsync(readiness.IsDegraded ? "ready (degraded)" : "ready", context.RequestAborted);
        });
    }
}
