using FlagsService.Evaluation.Compilation;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>One state of a team's definitions: compiled for evaluation, and serialised for SDKs when one first asks. Immutable, swapped whole.</summary>
public sealed class TeamSnapshot
{
    private readonly Lazy<DefinitionsDocument> document;

    internal TeamSnapshot(CompiledFlagSet flags)
    {
        Flags = flags;
        document = new(() => DefinitionsDocumentBuilder.Build(Flags.Definitions), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>What evaluates.</summary>
    public CompiledFlagSet Flags { get; }

    /// <summary>What SDKs that evaluate locally are sent.</summary>
    public DefinitionsDocument Document => document.Value;

    /// <summary>Orders two states of one team.</summary>
    public long Revision => Flags.Definitions.Revision;
}
