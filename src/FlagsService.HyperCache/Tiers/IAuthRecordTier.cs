using FlagsService.HyperCache.Tokens;

namespace FlagsService.HyperCache.Tiers;

/// <summary>Records of secrets that all servers share, between a server's memory and the store of record. Holds digests only; a record lives 120 s from its load.</summary>
public interface IAuthRecordTier
{
    /// <summary>The record of a digest. A miss means that the store must be asked, unavailable that it must be asked and nothing written back.</summary>
    ValueTask<StoreAnswer<AuthRecord>> GetAsync(TokenDigest digest, CancellationToken cancellationToken);

    /// <summary>How often the tokens of a team have changed; null when it cannot be told, and then nothing may be stored.</summary>
    ValueTask<string?> ReadVersionAsync(int teamId, CancellationToken cancellationToken);

    /// <summary>Stores a record unless the team's tokens have changed since <paramref name="version"/> was read. Best effort.</summary>
    ValueTask SetAsync(TokenDigest digest, AuthRecord record, string version, CancellationToken cancellationToken);

    /// <summary>Counts a change of a team's tokens and deletes records; false when that has to be tried again.</summary>
    ValueTask<bool> ForgetAsync(int? teamId, IReadOnlyCollection<string> digests, CancellationToken cancellationToken);
}
