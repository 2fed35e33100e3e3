using System.Text;
using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Definitions;
using FlagsService.Evaluation.Lookups;
using FlagsService.Evaluation.Results;

namespace FlagsService.Evaluation.Tests;

/// <summary>A compiled team that answers callers.</summary>
internal sealed class Team
{
    private readonly FlagEvaluator evaluator = new();

    public Team(TeamDefinitions definitions) => Set = CompiledFlagSet.Compile(definitions);

    public CompiledFlagSet Set { get; }

    public EvaluationResults Results { get; } = new();

    public LookupPlan Plan { get; private set; } = LookupPlan.None;

    public static Team With(params FlagRow[] flags) => new(Definitions(flags));

    public static TeamDefinitions Definitions(params FlagRow[] flags) => new() { TeamId = 1, Flags = flags, GroupTypes = new Dictionary<int, string> { [0] = "company", [1] = "project" } };

    public static FlagRow Flag(int id, string key, string filters) =>
        new() { Id = id, TeamId = 1, Key = key, Active = true, Version = 3, FiltersJson = Encoding.UTF8.GetBytes(filters) };

    /// <summary>A flag with one condition at 100 percent.</summary>
    public static FlagRow FlagWhere(string properties, int id = 1, string key = "f") => Flag(id, key, $$"""{"groups":[{"properties":[{{properties}}]}]}""");

    public static CohortRow Cohort(int id, string filters, bool isStatic = false) =>
        new() { Id = id, TeamId = 1, IsStatic = isStatic, FiltersJson = Encoding.UTF8.GetBytes(filters) };

    /// <summary>Evaluates and gives the outcomes by flag key.</summary>
    public IReadOnlyList<FlagOutcome> Ask(Caller caller)
    {
        var request = caller.ToRequest();
        Plan = evaluator.Plan(Set, request);
        evaluator.Evaluate(Set, request, caller.Stored, Results);
        return [.. Results.Outcomes.ToArray().OrderBy(outcome => outcome.Flag.Key, StringComparer.Ordinal)];
    }

    /// <summary>The outcome of one flag; null when it does not appear.</summary>
    public FlagOutcome? Ask(string key, Caller caller) => Ask(caller).SingleOrDefault(outcome => outcome.Flag.Key == key);

    /// <summary>Whether the one flag of the team is on for these person properties.</summary>
    public bool IsOn(string properties = "") => Ask(new Caller { Properties = properties })[0].Enabled;
}
