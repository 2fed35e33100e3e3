using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache.Tiers;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>The definitions document: it travels as it is sent.</summary>
internal sealed class DefinitionsForm : ITeamDocumentForm<DefinitionsDocument>
{
    public DocumentKind Kind => DocumentKind.Definitions;

    public DefinitionsDocument Make(TeamDefinitions definitions) => DefinitionsDocumentBuilder.Build(definitions);

    public CacheEntry Write(DefinitionsDocument document) => new(document.Revision, document.Json, document.ETag);

    public DefinitionsDocument? Read(int teamId, CacheEntry entry) => DefinitionsDocumentBuilder.TryRead(teamId, entry.Revision, entry.Json);

    public long RevisionOf(DefinitionsDocument document) => document.Revision;

    public long BytesOf(DefinitionsDocument document) => document.Json.Length;
}
