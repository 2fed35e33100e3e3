using System.Globalization;

namespace FlagsService.Observability;

/// <summary>What OpenTelemetry's own variables ask for. They are read as they are, from the environment or anywhere else settings come from.</summary>
/// <param name="Traces">Export traces.</param>
/// <param name="Metrics">Export metrics.</param>
/// <param name="SampledRatio">Share of traces to keep; null where a sampler is named, which OpenTelemetry then makes itself.</param>
internal readonly record struct OtlpSettings(bool Traces, bool Metrics, double? SampledRatio)
{
    private const double DefaultRatio = 0.001;

    internal static OtlpSettings Read(IConfiguration configuration)
    {
        var isOff = string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase);
        bool IsWanted(string signal) => !isOff
            && (IsSet($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") || IsSet("OTEL_EXPORTER_OTLP_ENDPOINT"))
            && !string.Equals(configuration[$"OTEL_{signal}_EXPORTER"], "none", StringComparison.OrdinalIgnoreCase);
        bool IsSet(string name) => !string.IsNullOrWhiteSpace(configuration[name]);
        var ratio = double.TryParse(configuration["OTEL_TRACES_SAMPLER_ARG"], NumberStyles.Float, CultureInfo.InvariantCulture, out var given) && given is >= 0 and <= 1 ? given : DefaultRatio;
        return new OtlpSettings(IsWanted("TRACES"), IsWanted("METRICS"), IsSet("OTEL_TRACES_SAMPLER") ? null : ratio);
    }
}
