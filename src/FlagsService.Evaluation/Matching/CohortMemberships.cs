using FlagsService.Evaluation.Compilation;

namespace FlagsService.Evaluation.Matching;

/// <summary>Which cohorts hold the person of a request; each is decided once.</summary>
internal sealed class CohortMemberships(RequestContext context)
{
    private const byte Outside = 1;
    private const byte Inside = 2;

    private byte[] known = [];

    public void Begin(CompiledFlagSet set, IReadOnlyList<int> staticCohorts)
    {
        if (known.Length < set.Cohorts.Length)
        {
            known = new byte[set.Cohorts.Length];
        }

        for (var i = 0; i < set.Cohorts.Length; i++)
        {
            var cohort = set.Cohorts[i];
            known[i] = !cohort.IsStatic ? (byte)0 : Holds(staticCohorts, cohort.Id) ? Inside : Outside;
        }
    }

    public bool Matches(CompiledPredicate predicate) => context.Matches(predicate);

    /// <summary>Membership of a cohort that was evaluated before or is static.</summary>
    public bool IsMember(int cohort) => known[cohort] == Inside;

    /// <summary>Membership of a cohort, evaluating first whatever it asks.</summary>
    public bool Evaluate(CompiledFlagSet set, int cohort)
    {
        if (known[cohort] != 0)
        {
            return known[cohort] == Inside;
        }

        foreach (var member in set.Cohorts[cohort].EvaluationOrder)
        {
            if (known[member] == 0)
            {
                known[member] = set.Cohorts[member].Root is { } root && root.Holds(this) ? Inside : Outside;
            }
        }

        return IsMember(cohort);
    }

    private static bool Holds(IReadOnlyList<int> ids, int id)
    {
        for (var i = 0; i < ids.Count; i++)
        {
            if (ids[i] == id)
            {
                return true;
            }
        }

        return false;
    }
}
