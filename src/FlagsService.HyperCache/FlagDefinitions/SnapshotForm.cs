using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache.Tiers;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>Compiled flags: they travel as the rows they were compiled from.</summary>
internal sealed class SnapshotForm(ISnapshotObserver observer) : ITeamDocumentForm<TeamSnapshot>
{
    public DocumentKind Kind => DocumentKind.Flags;

    public TeamSnapshot Make(TeamDefinitions definitions)
    {
        var flags = CompiledFlagSet.Compile(definitions);
        foreach (var problem in flags.Problems)
        {
            CacheMetrics.DefinitionProblems.Add(1);
            observer.DefinitionUnusable(definitions.TeamId, problem);
        }

        return new TeamSnapshot(flags);
    }

    public CacheEntry Write(TeamSnapshot document) => new(document.Revision, FlagBundle.Write(document.Flags));

    public TeamSnapshot? Read(int teamId, CacheEntry entry) => FlagBundle.TryRead(teamId, entry.Revision, entry.Json) is { } definitions ? Make(definitions) : null;

    public long RevisionOf(TeamSnapshot document) => document.Revision;

    public long BytesOf(TeamSnapshot document) => document.Flags.EstimatedBytes;
}
