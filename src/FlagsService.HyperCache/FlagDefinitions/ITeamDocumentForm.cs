using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache.Tiers;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>How one kind of document is made of rows, and how it travels.</summary>
/// <typeparam name="T">The document in memory.</typeparam>
internal interface ITeamDocumentForm<T>
    where T : class
{
    DocumentKind Kind { get; }

    T Make(TeamDefinitions definitions);

    CacheEntry Write(T document);

    /// <summary>Null for what cannot be read.</summary>
    T? Read(int teamId, CacheEntry entry);

    long RevisionOf(T document);

    long BytesOf(T document);
}
