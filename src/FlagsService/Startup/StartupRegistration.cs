namespace FlagsService.Startup;

/// <summary>Bringing the store up, and the probes that tell how it is.</summary>
internal static class StartupRegistration
{
    private static readonly string[] Methods = ["GET", "HEAD"];

    internal static IServiceCollection AddStartup(this IServiceCollection services) => services
        .AddSingleton(Console.Out)
        .AddSingleton<StoreReadiness>()
        .AddSingleton<FirstStart>()
        .AddHostedService<StorePreparation>();

    internal static void MapProbes(this IEndpointRouteBuilder app)
    {
        var readiness = app.ServiceProvider.GetRequiredService<StoreReadiness>();
        var lifetime = app.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();
        app.MapMethods("/_liveness", Methods, static context => context.Response.WriteAsync("alive", context.RequestAborted));
        app.MapMethods("/_startup", Methods, static context => context.Response.WriteAsync("started", context.RequestAborted));
        app.MapMethods("/_readiness", Methods, context =>
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
