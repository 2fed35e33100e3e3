namespace FlagsService.HyperCache.Teams;

/// <summary>The tenant of a request. Holds no secret: it is what the team-metadata document holds.</summary>
public sealed record Team
{
    /// <summary>Team (environment) id.</summary>
    public required int Id { get; init; }

    /// <summary>Team uuid.</summary>
    public Guid Uuid { get; init; }

    /// <summary>Public token; everything after authentication (quota, usage, limits) goes by this one, never by the token presented.</summary>
    public required string PublicToken { get; init; }

    /// <summary>Project the team belongs to; cohorts and group types are the project's.</summary>
    public long ProjectId { get; init; }

    /// <summary>Organization, when the team has one.</summary>
    public Guid? OrganizationId { get; init; }

    /// <summary>Human name.</summary>
    public string Name { get; init; } = "";

    /// <summary>IANA time zone.</summary>
    public string TimeZone { get; init; } = "UTC";
}
