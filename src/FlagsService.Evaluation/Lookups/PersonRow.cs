namespace FlagsService.Evaluation.Lookups;

/// <summary>The stored person of a distinct id.</summary>
/// <param name="Id">Row id.</param>
/// <param name="CreatedAt">When the person was first seen.</param>
/// <param name="PropertiesJson">Properties as a UTF-8 JSON object; anything else counts as empty.</param>
public sealed record PersonRow(long Id, DateTimeOffset CreatedAt, ReadOnlyMemory<byte> PropertiesJson);
