namespace FlagsService.HyperCache.Tokens;

/// <summary>Whom a secret belongs to, as cached under the secret's digest. Never holds the secret.</summary>
public sealed record AuthRecord
{
    /// <summary>Kind of secret.</summary>
    public required AuthRecordKind Kind { get; init; }

    /// <summary>Team of a secret or project secret; 0 for a personal key.</summary>
    public int TeamId { get; init; }

    /// <summary>Public token of that team; null in records written before the member existed, which are resolved by <see cref="TeamId"/>.</summary>
    public string? PublicToken { get; init; }

    /// <summary>Row id of a project secret or personal key; a personal record without it is stale.</summary>
    public string? KeyId { get; init; }

    /// <summary>Owner of a personal key.</summary>
    public int UserId { get; init; }

    /// <summary>Organizations the owner of a personal key is a member of, as text.</summary>
    public IReadOnlyList<string> OrganizationIds { get; init; } = [];

    /// <summary>Teams a personal key is limited to; null or empty means any.</summary>
    public IReadOnlyList<int>? ScopedTeams { get; init; }

    /// <summary>Organizations a personal key is limited to; null or empty means any.</summary>
    public IReadOnlyList<string>? ScopedOrganizations { get; init; }

    /// <summary>Scopes. Null means unrestricted on a project secret and none on a personal key.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Whether a shared record still says what the store says. A record from before <see cref="PublicToken"/> existed is not held against it.</summary>
    public bool Agrees(AuthRecord current) =>
        Kind == current.Kind && TeamId == current.TeamId && KeyId == current.KeyId && UserId == current.UserId
        && (PublicToken is null || PublicToken == current.PublicToken)
        && Same(OrganizationIds, current.OrganizationIds) && Same(ScopedTeams, current.ScopedTeams)
        && Same(ScopedOrganizations, current.ScopedOrganizations) && Same(Scopes, current.Scopes);

    private static bool Same<T>(IReadOnlyList<T>? one, IReadOnlyList<T>? other) =>
        one is null || other is null ? ReferenceEquals(one, other) : one.Order().SequenceEqual(other.Order());
}
