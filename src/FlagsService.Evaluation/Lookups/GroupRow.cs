namespace FlagsService.Evaluation.Lookups;

/// <summary>A stored group.</summary>
/// <param name="TypeIndex">Group type index.</param>
/// <param name="PropertiesJson">Properties as a UTF-8 JSON object; anything else counts as empty.</param>
public readonly record struct GroupRow(int TypeIndex, ReadOnlyMemory<byte> PropertiesJson);
