using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache;
using FlagsService.HyperCache.FlagDefinitions;

namespace FlagsService.LoadTests.Benchmarks;

/// <summary>A store that makes the definitions of any team when asked; each team has bytes of its own, as if they had come from a database.</summary>
internal sealed class GeneratedTeams(int flags) : IFlagStore, ISnapshotObserver
{
    internal int Loads { get; private set; }

    public ValueTask<StoreAnswer<TeamDefinitions>> LoadAsync(int teamId, CancellationToken cancellationToken)
    {
        Loads++;
        return new(StoreAnswers.Hit(F50.Team(flags, teamId)));
    }

    public ValueTask<IReadOnlyDictionary<int, long>?> ReadFingerprintsAsync(IReadOnlyCollection<int> teamIds, CancellationToken cancellationToken) => new((IReadOnlyDictionary<int, long>?)null);

    public void DefinitionUnusable(int teamId, DefinitionProblem problem)
    {
    }
}
