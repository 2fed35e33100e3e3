using System.Text.Json;
using System.Text.Json.Serialization;
using FlagsService.HyperCache.Tiers;

namespace FlagsService.HyperCache.Teams;

/// <summary>The shared form of a team row. It holds no secret and is only found by the public token.</summary>
internal sealed record TeamMetadata
{
    [JsonPropertyName("id")]
    public required int Id { get; init; }

    [JsonPropertyName("uuid")]
    public required Guid Uuid { get; init; }

    [JsonPropertyName("api_token")]
    public required string ApiToken { get; init; }

    [JsonPropertyName("project_id")]
    public long? ProjectId { get; init; }

    [JsonPropertyName("organization_id")]
    public Guid? OrganizationId { get; init; }

    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("timezone")]
    public string? TimeZone { get; init; }

    internal static DocumentKey KeyOf(string publicToken) => new(DocumentKind.TeamMetadata, publicToken);

    internal static CacheEntry Write(TeamRow row) => new(row.Revision, JsonSerializer.SerializeToUtf8Bytes(new TeamMetadata
    {
        Id = row.Team.Id,
        Uuid = row.Team.Uuid,
        ApiToken = row.Team.PublicToken,
        ProjectId = row.Team.ProjectId,
        OrganizationId = row.Team.OrganizationId,
        Name = row.Team.Name,
        TimeZone = row.Team.TimeZone,
    }));

    /// <summary>Null for what is no row of that token's owner.</summary>
    internal static TeamRow? TryRead(string publicToken, CacheEntry entry)
    {
        try
        {
            return JsonSerializer.Deserialize<TeamMetadata>(entry.Json.Span) is not { ProjectId: { } projectId } document || document.ApiToken != publicToken ? null : new TeamRow(
                new Team
                {
                    Id = document.Id,
                    Uuid = document.Uuid,
                    PublicToken = document.ApiToken,
                    ProjectId = projectId,
                    OrganizationId = document.OrganizationId,
                    Name = document.Name ?? "",
                    TimeZone = document.TimeZone ?? "UTC",
                },
                entry.Revision);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
