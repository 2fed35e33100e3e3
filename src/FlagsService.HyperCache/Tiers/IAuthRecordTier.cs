using FlagsService.HyperCache.Tokens;

namespace FlagsService.HyperCache.Tiers;

/// <summary>Records of secrets that all servers share, between a server's memory and the store of record. Holds digests only; a record lives 120 s from its load.</summary>
public interface IAuthRecordTier
{
    /// <summary>The record of a digest with what is left of its life, else the number that guards a load.</summary>
    ValueTask<AuthTierAnswer> GetAsync(TokenDigest digest, CancellationToken cancellationToken);

    /// <summary>Stores a record for 120 s unless any token has changed since <paramref name="version"/> was read. Best effort.</summary>
    ValueTask SetAsync(TokenDigest digest, AuthRecord record, string version, CancellationToken cancellationToken);

    /// <summary>Counts a change of tokens and deletes records; false when that has to be tried again.</summary>
    ValueTask<bool> ForgetAsync(IReadOnlyCollection<string> digests, CancellationToken cancellationToken);

    /// <summary>A page of all shared records by digest, unreadable ones with a null record, and the cursor of the next page, which is 0 at the end.</summary>
    /// <exception cref="CacheUnavailableException">The tier could not tell.</exception>
    ValueTask<(IReadOnlyList<(string Digest, AuthRecord? Record)> Records, long Next)> ScanAsync(long cursor, CancellationToken cancellationToken);
}
