using System.Text.Json;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Management;

/// <summary>A project as its administrators see it, secrets included.</summary>
internal static class ProjectJson
{
    internal static byte[] Write(Team team, TeamTokens tokens) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        id = team.Id,
        uuid = team.Uuid,
        organization = team.OrganizationId,
        organization_id = team.OrganizationId,
        project_id = team.ProjectId,
        name = team.Name,
        timezone = team.TimeZone,
        api_token = tokens.Public,
        secret_api_token = tokens.Secret,
        secret_api_token_backup = tokens.SecretBackup,
    });
}
