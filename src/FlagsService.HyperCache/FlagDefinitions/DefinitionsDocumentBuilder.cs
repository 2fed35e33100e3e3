using FlagsService.Evaluation.Definitions;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>Renders the definitions of a team for SDKs that evaluate locally.</summary>
public static class DefinitionsDocumentBuilder
{
    /// <summary>The document of a team.</summary>
    public static DefinitionsDocument Build(TeamDefinitions definitions) => new(definitions.TeamId, definitions.Revision, "", default, false);
}
