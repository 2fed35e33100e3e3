using FlagsService.HyperCache.Tokens;

namespace FlagsService.HyperCache.Management;

/// <summary>Makes an empty store usable.</summary>
public interface IBootstrap
{
    /// <summary>In a store without any team: one organization, project and team with a public and a secret token, and one user who owns it. Null when there is a team already.</summary>
    Task<TeamTokens?> CreateFirstProjectAsync(CancellationToken cancellationToken);
}
