using FlagsService.Http;

namespace FlagsService.Observability;

/// <summary>Metrics as Prometheus text, and traces and metrics to a collector where one is named.</summary>
internal static class ObservabilityRegistration
{
    internal static IServiceCollection AddObservability(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<PrometheusText>();
        return OtlpSettings.Read(configuration) is { Traces: false, Metrics: false }
            ? services
            : services.AddSingleton<OtlpExport>().AddHostedService(static provider => provider.GetRequiredService<OtlpExport>());
    }

    internal static void MapMetrics(this IEndpointRouteBuilder app)
    {
        if (!app.ServiceProvider.GetRequiredService<IConfiguration>().GetValue("FlagsService:Metrics:Enabled", true))
        {
            return;
        }

        var metrics = app.ServiceProvider.GetRequiredService<PrometheusText>();
        app.MapText("/metrics", context =>
        {
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            return context.Response.WriteAsync(metrics.Write(), context.RequestAborted);
        });
    }
}
