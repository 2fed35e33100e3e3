namespace FlagsService.HyperCache.Tokens;

/// <summary>Whether a personal key may do something to a team.</summary>
public enum PersonalKeyVerdict
{
    /// <summary>It may.</summary>
    Allowed,

    /// <summary>Stale, limited to other teams or organizations, or its owner is no member: 401.</summary>
    Invalid,

    /// <summary>It lacks the scope: 403.</summary>
    InsufficientScopes,
}
