namespace FlagsService.HyperCache.Tokens;

/// <summary>A key that somebody used.</summary>
/// <param name="Kind">Personal or project secret: a team's own secrets have no row to stamp.</param>
/// <param name="KeyId">Row id of the key.</param>
public readonly record struct KeyUse(AuthRecordKind Kind, string KeyId);
