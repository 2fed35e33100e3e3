namespace FlagsService.HyperCache.Archive;

/// <summary>A group.</summary>
/// <param name="TypeIndex">Group type index.</param>
/// <param name="Key">Group key.</param>
/// <param name="PropertiesJson">Properties as a UTF-8 JSON object.</param>
public sealed record ArchiveGroup(int TypeIndex, string Key, ReadOnlyMemory<byte> PropertiesJson);
