using System.Collections.Concurrent;
using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache.FlagDefinitions;

namespace FlagsService.Caching;

/// <summary>Says once for each state of a definition that it cannot be used.</summary>
internal sealed partial class SnapshotLog(ILogger<SnapshotLog> logger) : ISnapshotObserver
{
    private const int Remembered = 10_000;
    private readonly ConcurrentDictionary<(int TeamId, DefinitionProblem Problem), bool> said = new();

    public void DefinitionUnusable(int teamId, DefinitionProblem problem)
    {
        if (said.Count > Remembered)
        {
            said.Clear();
        }

        if (said.TryAdd((teamId, problem), true))
        {
            Unusable(logger, problem.Kind, problem.Key, problem.Id, teamId, problem.Reason);
        }
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning, Message = "The {Kind} {Key} ({Id}) of team {TeamId} is left out: {Reason}")]
    private static partial void Unusable(ILogger logger, string kind, string key, int id, int teamId, string reason);
}
