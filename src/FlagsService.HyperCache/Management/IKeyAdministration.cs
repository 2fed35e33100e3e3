using FlagsService.HyperCache.Invalidation;

namespace FlagsService.HyperCache.Management;

/// <summary>Personal and project secret API keys. Their secrets exist in clear only in the answer to their creation.</summary>
public interface IKeyAdministration
{
    /// <summary>A new personal key of a user.</summary>
    Task<CreatedKey> CreatePersonalAsync(int userId, string label, IReadOnlyList<string> scopes, CancellationToken cancellationToken);

    /// <summary>A new secret key of a team's project.</summary>
    Task<CreatedKey> CreateProjectSecretAsync(int teamId, string label, IReadOnlyList<string>? scopes, CancellationToken cancellationToken);

    /// <summary>All keys, without their secrets.</summary>
    Task<IReadOnlyList<ApiKeyRow>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Deletes a key of either kind. What every server has to forget then; null when there is no key of that id.</summary>
    Task<TeamMessage?> RevokeAsync(string keyId, CancellationToken cancellationToken);
}
