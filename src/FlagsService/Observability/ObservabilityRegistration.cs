namespace FlagsService.Observability;

/// <summary>Metrics as Prometheus text.</summary>
internal static class ObservabilityRegistration
{
    internal static IServiceCollection AddObservability(this IServiceCollection services) => services.AddSingleton<PrometheusText>();

    internal static void MapMetrics(this IEndpointRouteBuilder app)
    {
        if (!app.ServiceProvider.GetRequiredService<IConfiguration>().GetValue("FlagsService:Metrics:Enabled", true))
        {
            return;
        }

        var metrics = app.ServiceProvider.GetRequiredService<PrometheusText>();
        app.MapGet("/metrics", context =>
        {
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            return context.Response.WriteAsync(metrics.Write(), context.RequestAborted);
        });
    }
}
