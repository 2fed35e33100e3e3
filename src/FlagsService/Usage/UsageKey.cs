using FlagsService.HyperCache.Usage;

namespace FlagsService.Usage;

/// <summary>What one counter counts.</summary>
internal readonly record struct UsageKey(int TeamId, UsageKind Kind, string? Library, long Period)
{
    private const int SecondsInPeriod = 120;

    internal static long PeriodOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / SecondsInPeriod;
}
