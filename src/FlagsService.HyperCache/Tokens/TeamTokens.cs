namespace FlagsService.HyperCache.Tokens;

/// <summary>All ingestion tokens of a team, in clear: only for printing and for the management answer.</summary>
/// <param name="TeamId">Team id.</param>
/// <param name="TeamName">Team name.</param>
/// <param name="Public">Public token.</param>
/// <param name="Secret">Primary secret, if one was ever made.</param>
/// <param name="SecretBackup">The previous secret, while the rotation overlaps.</param>
public sealed record TeamTokens(int TeamId, string TeamName, string Public, string? Secret, string? SecretBackup)
{
    /// <summary>Names the team and no token: what is printed by accident must not be a secret.</summary>
    public override string ToString() => $"tokens of team {TeamId}";
}
