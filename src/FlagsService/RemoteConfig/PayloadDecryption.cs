using Microsoft.Extensions.Options;

namespace FlagsService.RemoteConfig;

/// <summary>Decrypts payloads with the configured keys.</summary>
internal sealed class PayloadDecryption(IOptions<RemoteConfigOptions> options)
{
    private readonly FernetKey[] keys = [.. options.Value.Keys.Select(FernetKey.Of)];

    /// <summary>Null when no key fits.</summary>
    internal string? TryDecrypt(string payload) => FernetToken.TryDecrypt(payload, keys);
}
