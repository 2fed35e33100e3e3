namespace FlagsService.Evaluation.Compilation;

/// <summary>A node of a cohort tree, ready to run.</summary>
internal abstract class CohortPlanNode
{
    public abstract bool Holds(Matching.CohortMemberships memberships);

    public sealed class Group(CohortPlanNode[] nodes, bool isOr) : CohortPlanNode
    {
        public override bool Holds(Matching.CohortMemberships memberships)
        {
            foreach (var node in nodes)
            {
                if (node.Holds(memberships) == isOr)
                {
                    return isOr;
                }
            }

            return !isOr;
        }
    }

    public sealed class Property(CompiledPredicate predicate, bool negated) : CohortPlanNode
    {
        public override bool Holds(Matching.CohortMemberships memberships) => memberships.Matches(predicate) != negated;
    }

    public sealed class Reference(int cohort, bool? expected, bool negated) : CohortPlanNode
    {
        public override bool Holds(Matching.CohortMemberships memberships) => (expected is { } wanted && memberships.IsMember(cohort) == wanted) != negated;
    }

    public sealed class Unresolvable : CohortPlanNode
    {
        public override bool Holds(Matching.CohortMemberships memberships) => false;
    }
}
