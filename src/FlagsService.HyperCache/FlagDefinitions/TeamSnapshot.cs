using FlagsService.Evaluation.Compilation;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>One state of a team's definitions, compiled for evaluation. Immutable, swapped whole.</summary>
public sealed class TeamSnapshot
{
    internal TeamSnapshot(CompiledFlagSet flags) => Flags = flags;

    /// <summary>What evaluates.</summary>
    public CompiledFlagSet Flags { get; }

    /// <summary>Orders two states of one team.</summary>
    public long Revision => Flags.Definitions.Revision;
}
