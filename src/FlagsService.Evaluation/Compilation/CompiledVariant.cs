namespace FlagsService.Evaluation.Compilation;

/// <summary>A variant and the end of its share: the hash belongs to the first variant above it.</summary>
internal readonly record struct CompiledVariant(string Key, double UpperBound);
