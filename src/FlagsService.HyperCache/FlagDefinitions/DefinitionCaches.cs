using FlagsService.HyperCache.Tiers;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>The two caches that are made of a team's definitions, over the same tiers and readings.</summary>
public sealed class DefinitionCaches
{
    /// <summary>Empty caches.</summary>
    public DefinitionCaches(TieredDocuments tiers, TeamReadings readings, ISnapshotObserver observer, CacheBounds bounds, TimeProvider time)
    {
        Snapshots = new(new TeamDocuments<TeamSnapshot>(new SnapshotForm(observer), tiers, readings, time, bounds.CompiledBytes));
        Definitions = new(new TeamDocuments<DefinitionsDocument>(new DefinitionsForm(), tiers, readings, time, bounds.DocumentBytes));
    }

    /// <summary>Compiled for evaluation.</summary>
    public TeamSnapshots Snapshots { get; }

    /// <summary>Serialised for SDKs.</summary>
    public DefinitionsDocuments Definitions { get; }
}
