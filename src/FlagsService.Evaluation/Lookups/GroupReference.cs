namespace FlagsService.Evaluation.Lookups;

/// <summary>One group row to read: the pair matters, an index never meets another type's key.</summary>
/// <param name="TypeIndex">Group type index.</param>
/// <param name="Key">Group key as text.</param>
public readonly record struct GroupReference(int TypeIndex, string Key);
