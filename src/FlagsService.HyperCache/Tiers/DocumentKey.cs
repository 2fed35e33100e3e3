using System.Globalization;

namespace FlagsService.HyperCache.Tiers;

/// <summary>Names one shared document.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Identifier">Team id, or public token; never a secret.</param>
public readonly record struct DocumentKey(DocumentKind Kind, string Identifier)
{
    /// <summary>Name below the tier's own prefix.</summary>
    public string Path => $"cache/{(Kind.IsKeyedByTeam ? "teams" : "team_tokens")}/{Identifier}/{Kind.Namespace}/{Kind.Value}";

    /// <summary>The document of a team.</summary>
    public static DocumentKey Of(DocumentKind kind, int teamId) => new(kind, teamId.ToString(CultureInfo.InvariantCulture));
}
