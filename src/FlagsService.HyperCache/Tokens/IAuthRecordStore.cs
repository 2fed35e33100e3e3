namespace FlagsService.HyperCache.Tokens;

/// <summary>Looks secrets up in the store of record. One statement a look-up.</summary>
public interface IAuthRecordStore
{
    /// <summary>A <c>phs_</c> secret: primary or backup of a team, else a project secret key with a feature-flag scope. One statement asks both, and reads the team's row with it.</summary>
    /// <param name="secret">The secret in clear: the team columns are shared with PostHog and hold it so. Never logged, never a parameter that is logged.</param>
    /// <param name="digest">Its digest.</param>
    /// <param name="cancellationToken">Ends the look-up; answers <see cref="StoreStatus.Unavailable"/>.</param>
    ValueTask<StoreAnswer<Credential>> FindSecretAsync(string secret, TokenDigest digest, CancellationToken cancellationToken);

    /// <summary>A personal API key of an active user.</summary>
    ValueTask<StoreAnswer<AuthRecord>> FindPersonalKeyAsync(TokenDigest digest, CancellationToken cancellationToken);

    /// <summary>What the store says now of shared records: by digest, those that are still somebody's. Null when it could not be read.</summary>
    /// <param name="records">Digest and record of each.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    ValueTask<IReadOnlyDictionary<string, AuthRecord>?> ReadCurrentAsync(IReadOnlyCollection<(string Digest, AuthRecord Record)> records, CancellationToken cancellationToken);

    /// <summary>Stamps <c>last_used_at</c> unless it is younger than an hour. Best effort.</summary>
    ValueTask TouchAsync(AuthRecordKind kind, string keyId, CancellationToken cancellationToken);
}
