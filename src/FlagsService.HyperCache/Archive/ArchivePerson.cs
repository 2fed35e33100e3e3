namespace FlagsService.HyperCache.Archive;

/// <summary>A person.</summary>
/// <param name="Uuid">Uuid; null lets the store make one.</param>
/// <param name="DistinctIds">At least one; the first identifies the person on import.</param>
/// <param name="PropertiesJson">Properties as a UTF-8 JSON object.</param>
/// <param name="CreatedAt">First seen; null means now.</param>
public sealed record ArchivePerson(Guid? Uuid, IReadOnlyList<string> DistinctIds, ReadOnlyMemory<byte> PropertiesJson, DateTimeOffset? CreatedAt);
