namespace FlagsService.HyperCache.Tiers;

/// <summary>The shared cache could not tell; a job gives up and tries again later.</summary>
public sealed class CacheUnavailableException(string message, Exception innerException) : Exception(message, innerException);
