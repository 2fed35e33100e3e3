namespace FlagsService.HyperCache.RemoteConfig;

/// <summary>A flag that carries configuration instead of a decision.</summary>
/// <param name="FiltersJson">Stored filters, with the payload under <c>payloads.true</c>; null when there are none.</param>
/// <param name="IsEncrypted">Whether the payload is stored encrypted.</param>
public sealed record RemoteConfigFlag(ReadOnlyMemory<byte>? FiltersJson, bool IsEncrypted);
