using FlagsService.Evaluation.Definitions;

namespace FlagsService.HyperCache.Archive;

/// <summary>All flags, cohorts, people and groups of a team as one document, for import and export.</summary>
public sealed record ArchiveDocument
{
    /// <summary>Names of group types by index.</summary>
    public IReadOnlyDictionary<int, string> GroupTypes { get; init; } = new Dictionary<int, string>();

    /// <summary>Cohorts; their ids are the document's own.</summary>
    public IReadOnlyList<ArchiveCohort> Cohorts { get; init; } = [];

    /// <summary>Flags; their ids are the document's own, and so are the ids inside their filters.</summary>
    public IReadOnlyList<FlagRow> Flags { get; init; } = [];

    /// <summary>People.</summary>
    public IReadOnlyList<ArchivePerson> Persons { get; init; } = [];

    /// <summary>Groups.</summary>
    public IReadOnlyList<ArchiveGroup> Groups { get; init; } = [];
}
