using System.Diagnostics.Metrics;

namespace FlagsService.RemoteConfig;

/// <summary>Counters of the remote configuration route.</summary>
internal static class RemoteConfigMetrics
{
    private static readonly Meter Meter = new("FlagsService");

    internal static Counter<long> Authenticated { get; } = Meter.CreateCounter<long>("flags_remote_config_auth_total", description: "Requests for remote configuration that were let in, by kind of key");

    internal static Counter<long> DecryptionFailures { get; } = Meter.CreateCounter<long>("flags_remote_config_decrypt_failed_total", description: "Encrypted payloads that no configured key decrypts");
}
