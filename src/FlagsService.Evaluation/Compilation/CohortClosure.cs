using FlagsService.Evaluation.Definitions;

namespace FlagsService.Evaluation.Compilation;

/// <summary>Finds everything below a cohort without recursion, so that a chain of any length is safe: what is missing, what is a cycle, and in which order to evaluate.</summary>
internal sealed class CohortClosure(List<CompiledCohort> cohorts, List<CohortTree> trees, Dictionary<long, int> byId, Func<CohortNode, CohortPlanNode> plan)
{
    private readonly List<int> order = [];
    private readonly HashSet<int> open = [];
    private readonly HashSet<int> done = [];

    public void Resolve(int cohort)
    {
        var target = cohorts[cohort];
        target.Fault = FindFault(cohort);
        if (target.Fault != CohortFault.None)
        {
            return;
        }

        if (!TryOrder(cohort))
        {
            target.Fault = CohortFault.Cycle;
            return;
        }

        foreach (var member in order)
        {
            cohorts[member].Root ??= trees[member].Root is { } root ? plan(root) : null;
        }

        target.EvaluationOrder = [.. order];
        target.HasUnresolvableLeaf = order.Exists(member => Leaves(trees[member].Root).OfType<CohortUnresolvableLeaf>().Any());
    }

    private static IEnumerable<CohortNode> Leaves(CohortNode? root)
    {
        var pending = new Stack<CohortNode>();
        if (root is not null)
        {
            pending.Push(root);
        }

        while (pending.TryPop(out var node))
        {
            if (node is not CohortGroup group)
            {
                yield return node;
                continue;
            }

            for (var i = group.Nodes.Count - 1; i >= 0; i--)
            {
                pending.Push(group.Nodes[i]);
            }
        }
    }

    private IEnumerable<long> References(int cohort) => Leaves(trees[cohort].Root).OfType<CohortReferenceLeaf>().Select(leaf => leaf.CohortId);

    // Breadth first, so that the nearest fault is the one reported.
    private CohortFault FindFault(int cohort)
    {
        var pending = new Queue<int>([cohort]);
        var seen = new HashSet<int> { cohort };
        while (pending.TryDequeue(out var next))
        {
            if (!trees[next].IsReadable)
            {
                return CohortFault.Unreadable;
            }

            foreach (var id in References(next))
            {
                if (!byId.TryGetValue(id, out var reference))
                {
                    return CohortFault.NotFound;
                }

                if (seen.Add(reference))
                {
                    pending.Enqueue(reference);
                }
            }
        }

        return CohortFault.None;
    }

    private bool TryOrder(int cohort)
    {
        var path = new Stack<(int Cohort, IEnumerator<long> References)>();
        path.Push((cohort, References(cohort).GetEnumerator()));
        open.Add(cohort);
        while (path.TryPeek(out var top))
        {
            if (!top.References.MoveNext())
            {
                path.Pop();
                open.Remove(top.Cohort);
                done.Add(top.Cohort);
                order.Add(top.Cohort);
                continue;
            }

            var reference = byId[top.References.Current];
            if (open.Contains(reference))
            {
                return false;
            }

            if (!done.Contains(reference))
            {
                open.Add(reference);
                path.Push((reference, References(reference).GetEnumerator()));
            }
        }

        return true;
    }
}
