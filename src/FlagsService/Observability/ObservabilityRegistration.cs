using Serilog;
using Serilog.Formatting.Json;

namespace FlagsService.Observability;

/// <summary>Logs as JSON lines on standard output through a bounded queue, and metrics as Prometheus text.</summary>
internal static class ObservabilityRegistration
{
    internal static IServiceCollection AddObservability(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<PrometheusText>();
        services.AddLogging(logging =>
        {
            logging.ClearProviders();
            var logger = new LoggerConfiguration()
                .MinimumLevel.Is(configuration.GetValue("FlagsService:Logging:Level", Serilog.Events.LogEventLevel.Information))
                .MinimumLevel.Override("Microsoft", Serilog.Events.LogEventLevel.Warning)
                .MinimumLevel.Override("Microsoft.Hosting.Lifetime", Serilog.Events.LogEventLevel.Information)
                .WriteTo.Async(sink => sink.Console(new JsonFormatter(renderMessage: true)), bufferSize: 10_000, blockWhenFull: false)
                .CreateLogger();
            logging.AddSerilog(logger, dispose: true);
        });
        return services;
    }

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
