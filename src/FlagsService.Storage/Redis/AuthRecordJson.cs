using System.Text.Json;
using System.Text.Json.Serialization;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Storage.Redis;

/// <summary>The JSON form of a record, shared with PostHog's services.</summary>
internal static class AuthRecordJson
{
    internal static byte[] Write(AuthRecord record) => JsonSerializer.SerializeToUtf8Bytes(new Document
    {
        Type = record.Kind switch
        {
            AuthRecordKind.Secret => "secret",
            AuthRecordKind.ProjectSecret => "project_secret",
            _ => "personal",
        },
        TeamId = record.Kind == AuthRecordKind.Personal ? null : record.TeamId,
        ApiToken = record.PublicToken,
        KeyId = record.KeyId,
        UserId = record.Kind == AuthRecordKind.Personal ? record.UserId : null,
        OrganizationIds = record.Kind == AuthRecordKind.Personal ? record.OrganizationIds : null,
        ScopedTeams = record.ScopedTeams,
        ScopedOrganizations = record.ScopedOrganizations,
        Scopes = record.Scopes,
    });

    /// <summary>Null for what is no record.</summary>
    internal static AuthRecord? TryParse(byte[] json)
    {
        try
        {
            var document = JsonSerializer.Deserialize<Document>(json);
            AuthRecordKind? kind = document?.Type switch
            {
                "secret" => AuthRecordKind.Secret,
                "project_secret" => AuthRecordKind.ProjectSecret,
                "personal" => AuthRecordKind.Personal,
                _ => null,
            };
            return kind is not { } known || (known != AuthRecordKind.Personal && document!.TeamId is null) ? null : new AuthRecord
            {
                Kind = known,
                TeamId = document!.TeamId ?? 0,
                PublicToken = document.ApiToken,
                KeyId = document.KeyId,
                UserId = document.UserId ?? 0,
                OrganizationIds = document.OrganizationIds ?? [],
                ScopedTeams = document.ScopedTeams,
                ScopedOrganizations = document.ScopedOrganizations,
                Scopes = document.Scopes,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed class Document
    {
        [JsonPropertyName("type")]
        public string? Type { get; init; }

        [JsonPropertyName("team_id")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? TeamId { get; init; }

        [JsonPropertyName("user_id")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public int? UserId { get; init; }

        [JsonPropertyName("key_id")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? KeyId { get; init; }

        [JsonPropertyName("org_ids")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyList<string>? OrganizationIds { get; init; }

        [JsonPropertyName("scoped_teams")]
        public IReadOnlyList<int>? ScopedTeams { get; init; }

        [JsonPropertyName("scoped_orgs")]
        public IReadOnlyList<string>? ScopedOrganizations { get; init; }

        [JsonPropertyName("scopes")]
        public IReadOnlyList<string>? Scopes { get; init; }

        [JsonPropertyName("api_token")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? ApiToken { get; init; }
    }
}
