using FlagsService.Evaluation.Compilation;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>One state of a team's definitions: compiled for evaluation, and serialised for SDKs when one first asks. Immutable, swapped whole.</summary>
public sealed class TeamSnapshot
{
    private readonly Lazy<DefinitionsDocument> document;

    internal TeamSnapshot(CompiledFlagSet flags, int generation)
    {
        Flags = flags;
        Generation = generation;
        document = new(() => DefinitionsDocumentBuilder.Build(Flags.Definitions), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>What evaluates.</summary>
    public CompiledFlagSet Flags { get; }

    /// <summary>What SDKs that evaluate locally are sent.</summary>
    public DefinitionsDocument Document => document.Value;

    /// <summary>How many changes had been heard of when the reading began.</summary>
    internal int Generation { get; }

    /// <summary>Orders two states of one team.</summary>
    public long Revision => Flags.Definitions.Revision;
}
