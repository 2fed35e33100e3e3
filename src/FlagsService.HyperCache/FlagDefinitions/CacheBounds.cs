namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>How much the definitions in memory may take; the least recently used team leaves when a bound is passed.</summary>
public sealed class CacheBounds
{
    /// <summary>Estimated bytes of all compiled sets. 512 MiB.</summary>
    public long CompiledBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>Bytes of all definitions documents. 256 MiB.</summary>
    public long DocumentBytes { get; set; } = 256L * 1024 * 1024;
}
