using System.Diagnostics.CodeAnalysis;
using FlagsService.Evaluation.Definitions;
using FlagsService.Evaluation.Matching;

namespace FlagsService.Evaluation.Compilation;

/// <summary>All flags and cohorts of a team, compiled once for each change of definitions: immutable, shared by all requests.</summary>
public sealed class CompiledFlagSet
{
    private CompiledFlag[] flags = [];
    private Dictionary<string, CompiledFlag> byKey = [];

    private CompiledFlagSet()
    {
    }

    /// <summary>What the set was compiled from.</summary>
    public required TeamDefinitions Definitions { get; init; }

    /// <summary>Rows that could not be used.</summary>
    public IReadOnlyList<DefinitionProblem> Problems { get; init; } = [];

    /// <summary>The team has at least one active flag.</summary>
    public bool HasActiveFlags { get; private init; }

    /// <summary>Approximate bytes held, for the cache's bound.</summary>
    public long EstimatedBytes { get; private init; }

    /// <summary>The usable flags, active or not.</summary>
    public IReadOnlyList<CompiledFlag> Flags => flags;

    /// <summary>Keys of the active flags with experience continuity.</summary>
    public IReadOnlyList<string> ContinuityKeys { get; private init; } = [];

    /// <summary>Ids of the static cohorts.</summary>
    public IReadOnlyList<int> StaticCohortIds { get; private init; } = [];

    internal CompiledFlag[][] Stages { get; private init; } = [];

    internal bool HasCycle { get; private init; }

    internal bool HasDependencies { get; private init; }

    /// <summary>Every active flag is seen by all runtimes and contexts.</summary>
    internal bool IsUnrestricted { get; private init; }

    /// <summary>Person properties that some staged flag compares: when the caller sent them all, and <see cref="HasOtherNeeds"/> is false, no flag needs storage.</summary>
    internal int[] NeededPersonSlots { get; private init; } = [];

    /// <summary>Some staged flag asks for more than person properties, so that flags are looked at one by one before the evaluation.</summary>
    internal bool HasOtherNeeds { get; private init; }

    internal PropertyTable Properties { get; private init; } = null!;

    internal Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>>[] PropertyNames { get; private init; } = [];

    internal int PredicateCount { get; private init; }

    internal CompiledCohort[] Cohorts { get; private init; } = [];

    /// <summary>Compiles the definitions of a team. Never throws for what is stored: rows that cannot be read become <see cref="Problems"/>.</summary>
    public static CompiledFlagSet Compile(TeamDefinitions definitions)
    {
        var problems = new List<DefinitionProblem>();
        var properties = new PropertyTable(definitions.GroupTypes);
        var predicates = new PredicateTable(properties, new ValueTestFactory(definitions.ExplicitMatching, new TeamCalendar(definitions.TimeZone)));
        var cohorts = new CohortTable(definitions.Cohorts, predicates, problems);
        var compiler = new FlagCompiler(properties, predicates, cohorts);
        var usable = new List<CompiledFlag>(definitions.Flags.Count);
        long documentBytes = 0;
        foreach (var row in definitions.Flags)
        {
            if (FlagFilters.Parse(row.FiltersJson, out var problem) is { } filters)
            {
                usable.Add(compiler.Compile(row, filters, usable.Count));
                documentBytes += row.FiltersJson.Length;
            }
            else
            {
                problems.Add(new DefinitionProblem("flag", row.Id, row.Key, problem ?? ""));
            }
        }

        CompiledFlag[] all = [.. usable];
        var graph = new DependencyGraph(all);
        var staged = graph.Stages.SelectMany(stage => stage).ToArray();
        return new CompiledFlagSet
        {
            Definitions = definitions,
            Problems = problems,
            flags = all,
            byKey = all.GroupBy(flag => flag.Key, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal),
            HasActiveFlags = all.Any(flag => flag.IsActive),
            ContinuityKeys = [.. all.Where(flag => flag.IsActive && flag.HasContinuity).Select(flag => flag.Key)],
            StaticCohortIds = [.. cohorts.Cohorts.Where(cohort => cohort.IsStatic).Select(cohort => cohort.Id)],
            Stages = [.. graph.Stages],
            HasCycle = graph.HasCycle,
            HasDependencies = staged.Any(flag => flag.DependencyIds.Length > 0),
            IsUnrestricted = staged.All(flag => flag.Runtime == RequestRuntime.All && flag.Contexts.Count == 0),
            NeededPersonSlots = [.. staged.SelectMany(flag => flag.Needs.PersonSlots).Distinct()],
            HasOtherNeeds = staged.Any(flag => flag.NeedsHashKey || flag.MentionsGroups || flag.Needs.HasCohort || flag.Needs.HasMetadata),
            Properties = properties,
            PropertyNames = properties.ToLookups(),
            PredicateCount = predicates.Count,
            Cohorts = [.. cohorts.Cohorts],
            EstimatedBytes = SizeEstimate.Of(definitions, documentBytes, predicates.OperandBytes, all),
        };
    }

    /// <summary>The dependencies between the flags, for the cached bundle. Computed on each call.</summary>
    public EvaluationMetadata DescribeDependencies()
    {
        var staged = Stages.SelectMany(stage => stage).ToHashSet();
        var broken = flags.Where(flag => flag.IsActive && (flag.IsMissingDependency || !staged.Contains(flag))).Select(flag => flag.Id);
        return new EvaluationMetadata(
            [.. Stages.Select(stage => (IReadOnlyList<int>)[.. stage.Select(flag => flag.Id)])],
            [.. broken],
            flags.DistinctBy(flag => flag.Id).ToDictionary(flag => flag.Id, Below));
    }

    internal bool TryFind(string key, [NotNullWhen(true)] out CompiledFlag? flag) => byKey.TryGetValue(key, out flag);

    internal CompiledFlag FlagAt(int position) => flags[position];

    private IReadOnlyList<int> Below(CompiledFlag flag)
    {
        var seen = new HashSet<int>();
        var pending = new Stack<int>(flag.IsActive ? flag.Dependencies : []);
        while (pending.TryPop(out var position))
        {
            if (seen.Add(position) && flags[position].IsActive)
            {
                Array.ForEach(flags[position].Dependencies, pending.Push);
            }
        }

        return [.. seen.Select(position => flags[position].Id).Order()];
    }
}
