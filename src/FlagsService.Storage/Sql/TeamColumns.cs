using System.Data.Common;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Storage.Sql;

/// <summary>The columns of a team's row, where it is called <c>t</c>. Secrets become digests before they leave the store.</summary>
internal static class TeamColumns
{
    internal static string Of(SqlDatabase database) =>
        $"t.id, cast(t.uuid as text), t.project_id, cast(t.organization_id as text), t.name, t.api_token, t.timezone, {TeamRevision.Revision(database)}, t.secret_api_token, t.secret_api_token_backup";

    internal static TeamRow Read(DbDataReader reader, int first = 0)
    {
        var team = new Team
        {
            Id = reader.GetInt32(first),
            Uuid = Guid.TryParse(reader.TextOrNull(first + 1), out var uuid) ? uuid : Guid.Empty,
            ProjectId = reader.IsDBNull(first + 2) ? reader.GetInt32(first) : reader.GetInt64(first + 2),
            OrganizationId = Guid.TryParse(reader.TextOrNull(first + 3), out var organization) ? organization : null,
            Name = reader.TextOrNull(first + 4) ?? "",
            PublicToken = reader.GetString(first + 5),
            TimeZone = reader.TextOrNull(first + 6) ?? "UTC",
        };
        string?[] secrets = [reader.TextOrNull(first + 8), reader.TextOrNull(first + 9)];
        return new TeamRow(team, reader.GetInt64(first + 7), [.. secrets.OfType<string>().Select(secret => TokenDigest.Of(secret).Text)]);
    }
}
