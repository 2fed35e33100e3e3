using System.Text.Json;
using FlagsService.Evaluation.Definitions;

namespace FlagsService.Evaluation.Compilation;

/// <summary>The cohorts of a team. Those that flags ask for, directly or through others, are compiled; the rest is only known.</summary>
internal sealed class CohortTable
{
    private readonly Dictionary<long, int> byId = [];
    private readonly List<CompiledCohort> cohorts = [];
    private readonly List<CohortTree> trees = [];
    private readonly PredicateTable predicates;
    private readonly HashSet<int> compiled = [];

    public CohortTable(IReadOnlyList<CohortRow> rows, PredicateTable predicates, List<DefinitionProblem> problems)
    {
        this.predicates = predicates;
        foreach (var row in rows)
        {
            var tree = CohortTree.Parse(row);
            if (tree.Problem is { } problem)
            {
                problems.Add(new DefinitionProblem("cohort", row.Id, row.Name, problem));
            }

            if (byId.TryAdd(row.Id, cohorts.Count))
            {
                cohorts.Add(new CompiledCohort { Id = row.Id, IsStatic = row.IsStatic });
                trees.Add(tree);
            }
        }
    }

    public IReadOnlyList<CompiledCohort> Cohorts => cohorts;

    /// <summary>The test of a flag's cohort filter, with whatever stands in its way.</summary>
    public CohortTest Test(PropertyFilter filter)
    {
        bool? expected = filter.Operator switch
        {
            null or PropertyOperator.In => true,
            PropertyOperator.NotIn => false,
            _ => null,
        };
        if (!IsInteger(filter.Value))
        {
            return new CohortTest(-1, expected, CohortFault.Unreadable);
        }

        if (!filter.Value.TryGetInt64(out var id) || !byId.TryGetValue(id, out var cohort))
        {
            return new CohortTest(-1, expected, CohortFault.NotFound);
        }

        if (compiled.Add(cohort))
        {
            new CohortClosure(cohorts, trees, byId, Plan).Resolve(cohort);
        }

        return new CohortTest(cohort, expected, cohorts[cohort].Fault);
    }

    private static bool IsInteger(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0;

    // Only cohorts whose closure is sound are planned, so every reference resolves.
    private CohortPlanNode Plan(CohortNode node) => node switch
    {
        CohortGroup group => new CohortPlanNode.Group([.. group.Nodes.Select(Plan)], group.IsOr),
        CohortPropertyLeaf leaf => new CohortPlanNode.Property(Property(leaf.Filter), leaf.Filter.Negation ?? false),
        CohortReferenceLeaf leaf => new CohortPlanNode.Reference(
            byId[leaf.CohortId],
            leaf.Filter.Operator switch { null or PropertyOperator.In => true, PropertyOperator.NotIn => false, _ => null },
            leaf.Filter.Negation ?? false),
        _ => new CohortPlanNode.Unresolvable(),
    };

    private CompiledPredicate Property(PropertyFilter filter) => predicates.Intern(
        filter.Type == PropertyFilterType.PersonMetadata ? PropertyTable.Metadata : PropertyTable.Person,
        filter.Key,
        filter.Operator ?? PropertyOperator.Exact,
        filter.Value);
}
