namespace FlagsService.HyperCache.Tiers;

/// <summary>A kind of document that servers share: its name in the key, and how it is kept.</summary>
/// <param name="Namespace">First part of its name.</param>
/// <param name="Value">Last part of its name.</param>
/// <param name="ExpirySet">Name of the sorted set that says when which copy runs out.</param>
/// <param name="IsKeyedByTeam">By team id; else by public token. Only documents keyed by team id go to object storage.</param>
public sealed record DocumentKind(string Namespace, string Value, string ExpirySet, bool IsKeyedByTeam)
{
    /// <summary>The rows that are compiled: <c>flags.json</c>.</summary>
    public static DocumentKind Flags { get; } = new("feature_flags", "flags.json", "flags_cache_expiry", IsKeyedByTeam: true);

    /// <summary>What SDKs that evaluate locally are sent, byte for byte.</summary>
    public static DocumentKind Definitions { get; } = new("feature_flags", "flags_with_cohorts.json", "flag_definitions_cache_expiry", IsKeyedByTeam: true);

    /// <summary>The team row under its public token. Holds no secret, so nothing in it changes on a rotation.</summary>
    public static DocumentKind TeamMetadata { get; } = new("team_metadata", "full_metadata.json", "team_metadata_cache_expiry", IsKeyedByTeam: false);

    /// <summary>What browsers are told to do, under the public token. Written by others; this service passes it on.</summary>
    public static DocumentKind BrowserConfig { get; } = new("array", "config.json", "array_config_cache_expiry", IsKeyedByTeam: false);

    /// <summary>How long a copy lives: seven days, jittered.</summary>
    public static TimeSpan Age { get; } = TimeSpan.FromDays(7);

    /// <summary>How long a known absence lives: one day.</summary>
    public static TimeSpan AbsenceAge { get; } = TimeSpan.FromDays(1);
}
