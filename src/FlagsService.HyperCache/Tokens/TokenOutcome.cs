namespace FlagsService.HyperCache.Tokens;

/// <summary>The decision on a presented token.</summary>
public enum TokenOutcome
{
    /// <summary>A team was found.</summary>
    Accepted,

    /// <summary>No token: absent, not a text, or empty after trimming. 401 <c>not_authenticated</c>.</summary>
    Missing,

    /// <summary>A public token (or a personal one in its place) that belongs to nobody. 401 <c>authentication_failed</c>.</summary>
    Unknown,

    /// <summary>A <c>phs_</c> secret that belongs to nobody, or not to the team it was used for. 401 <c>authentication_failed</c>.</summary>
    SecretInvalid,

    /// <summary>No tier could tell. 503, never 401.</summary>
    Unavailable,
}
