using FlagsService.HyperCache.Teams;

namespace FlagsService.HyperCache.Tokens;

/// <summary>Checks a personal key's record against a team; scopes come last, so that a foreign key learns nothing about them.</summary>
public static class PersonalKeyPolicy
{
    /// <summary>Scopes of which one lets a key read flag definitions.</summary>
    public static IReadOnlyList<string> FlagScopes { get; } = ["*", "feature_flag:read", "feature_flag:write"];

    /// <summary>Scopes of which one lets a key change a project's tokens.</summary>
    public static IReadOnlyList<string> ProjectScopes { get; } = ["*", "project:write"];

    /// <summary>The verdict. A key without scopes has none.</summary>
    public static PersonalKeyVerdict Check(AuthRecord record, Team team, IReadOnlyList<string> scopes)
    {
        if (record.Kind != AuthRecordKind.Personal || record.KeyId is null || record.ScopedTeams is { Count: > 0 } teams && !teams.Contains(team.Id))
        {
            return PersonalKeyVerdict.Invalid;
        }

        if (team.OrganizationId is { } organizationId)
        {
            var organization = organizationId.ToString();
            if (record.ScopedOrganizations is { Count: > 0 } organizations && !organizations.Contains(organization, StringComparer.OrdinalIgnoreCase)
                || !record.OrganizationIds.Contains(organization, StringComparer.OrdinalIgnoreCase))
            {
                return PersonalKeyVerdict.Invalid;
            }
        }

        return record.Scopes is { } granted && granted.Any(scope => scopes.Contains(scope, StringComparer.Ordinal)) ? PersonalKeyVerdict.Allowed : PersonalKeyVerdict.InsufficientScopes;
    }
}
