using FlagsService.HyperCache.Tokens;

namespace FlagsService.HyperCache.Tiers;

/// <summary>What the shared tier says of a digest.</summary>
/// <param name="Status">Found, absent, or nobody could tell.</param>
/// <param name="Record">Present exactly on a hit.</param>
/// <param name="Remaining">On a hit, how much longer the record may be used at all.</param>
/// <param name="Version">On a miss, how often tokens have changed so far; a record loaded now is stored only while that number stands.</param>
public readonly record struct AuthTierAnswer(StoreStatus Status, AuthRecord? Record = null, TimeSpan Remaining = default, string? Version = null)
{
    /// <summary>Nobody could tell: the store must be asked and nothing written back.</summary>
    public static AuthTierAnswer Unavailable { get; } = new(StoreStatus.Unavailable);
}
