using FlagsService.HyperCache.Tokens;

namespace FlagsService.Management;

/// <summary>Something that follows a committed change of tokens before the caller is answered. Steps are independent of each other.</summary>
internal interface ITokenChangeStep
{
    /// <summary>Name in logs and metrics.</summary>
    string Name { get; }

    /// <summary>Carries it out; false when that was not possible now.</summary>
    Task<bool> ApplyAsync(TokenChange change, CancellationToken cancellationToken);
}
