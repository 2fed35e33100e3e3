namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>Is told of teams whose definitions were brought up to date.</summary>
public interface ITeamUpdateObserver
{
    /// <summary>What was made of a team's former definitions may go. Must not throw.</summary>
    ValueTask UpdatedAsync(int teamId, CancellationToken cancellationToken);
}
