namespace FlagsService.HyperCache.Tiers;

/// <summary>What stands in the shared cache under a key, without its payload.</summary>
/// <param name="Revision">Revision; null when nothing readable stands there.</param>
/// <param name="HasETag">Whether the document's tag stands beside it.</param>
public readonly record struct CacheMark(long? Revision, bool HasETag);
