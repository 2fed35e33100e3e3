using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FlagsService.Observability;

/// <summary>Sends traces and metrics to an OpenTelemetry collector. Exists only where one is named; a collector that does not answer costs data and nothing else.</summary>
internal sealed class OtlpExport(IConfiguration configuration) : IHostedService, IDisposable
{
    private static readonly string[] Meters = ["FlagsService", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql"];
    private TracerProvider? traces;
    private MeterProvider? metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = OtlpSettings.Read(configuration);
        if (settings.Traces)
        {
            var builder = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .ConfigureResource(Describe)
                .AddSource("Microsoft.AspNetCore", "Npgsql")
                .AddProcessor(new TraceRedaction())
                .AddOtlpExporter();
            traces = (settings.SampledRatio is { } ratio ? builder.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(ratio))) : builder).Build();
        }

        if (settings.Metrics)
        {
            metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .ConfigureResource(Describe)
                .AddMeter(Meters)
                .AddOtlpExporter()
                .Build();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(Dispose, cancellationToken);

    public void Dispose()
    {
        // Sends what is left.
        Interlocked.Exchange(ref traces, null)?.Dispose();
        Interlocked.Exchange(ref metrics, null)?.Dispose();
    }

    private static void Describe(ResourceBuilder resource) => resource.Clear().AddTelemetrySdk().AddService("flags-service", autoGenerateServiceInstanceId: true).AddEnvironmentVariableDetector();
}
