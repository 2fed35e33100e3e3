using FlagsService.Evaluation.Definitions;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>Hears of what a log should say.</summary>
public interface ISnapshotObserver
{
    /// <summary>A stored definition was left out of a snapshot.</summary>
    void DefinitionUnusable(int teamId, DefinitionProblem problem);
}
