using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Results;

namespace FlagsService.Evaluation.Matching;

/// <summary>Tries the conditions of a flag in stored order, up to the point where a hash is wanted.</summary>
internal sealed class ConditionWalker(RequestContext context, FlagSelection selection, CohortMemberships memberships, Identifiers identifiers, DecidedFlags decided)
{
    public enum Wish
    {
        /// <summary>Decided.</summary>
        Nothing,

        /// <summary>The hash that admits by percentage.</summary>
        Rollout,

        /// <summary>The hash that picks a variant.</summary>
        Variant,
    }

    /// <summary>Goes on until the flag is decided or a hash is wanted. A hash that was wanted is passed back in <see cref="FlagProgress.Hash"/>.</summary>
    public Wish Advance(CompiledFlag flag, ref FlagProgress progress, out FlagOutcome? outcome)
    {
        var conditions = flag.Conditions;
        for (; progress.Condition < conditions.Length; progress.Condition++, progress.FiltersHold = false)
        {
            var condition = conditions[progress.Condition];
            if (!progress.FiltersHold)
            {
                if (IsSkipped(flag, condition, ref progress))
                {
                    continue;
                }

                var fault = Matches(condition, ref progress);
                if (fault != CohortFault.None)
                {
                    outcome = flag.Outcomes.Failed(Reasons.CohortFault(fault));
                    return Wish.Nothing;
                }

                if (!progress.FiltersHold)
                {
                    progress.Note(ReasonKind.NoConditionMatch);
                    continue;
                }
            }

            if (!condition.AdmitsAll)
            {
                if (!TryRolloutHash(flag, ref progress, condition.Aggregation))
                {
                    outcome = null;
                    return Wish.Rollout;
                }

                if (!(progress.RolloutHash <= condition.Threshold))
                {
                    progress.Note(ReasonKind.OutOfRolloutBound);
                    if (flag.EarlyExit)
                    {
                        break;
                    }

                    continue;
                }
            }

            if (condition.ForcedVariant >= 0 || flag.Variants.Length == 0)
            {
                outcome = flag.Outcomes.Match(progress.Condition, condition.ForcedVariant);
                return Wish.Nothing;
            }

            progress.Identifier = identifiers.Of(flag, condition.Aggregation);
            outcome = null;
            return Wish.Variant;
        }

        outcome = flag.Outcomes.Miss(Upgrade(progress), progress.ReasonCondition);
        return Wish.Nothing;
    }

    /// <summary>The outcome of a match whose variant the hash picks.</summary>
    public static FlagOutcome Pick(CompiledFlag flag, in FlagProgress progress)
    {
        var variants = flag.Variants;
        var variant = 0;
        while (variant < variants.Length && !(progress.Hash < variants[variant].UpperBound))
        {
            variant++;
        }

        return flag.Outcomes.Match(progress.Condition, variant < variants.Length ? variant : -1);
    }

    /// <summary>Whether a dependency filter holds.</summary>
    public bool Matches(DependencyTest test)
    {
        if (test.Target < 0 || test.Expected == DependencyTest.Kind.Never)
        {
            return false;
        }

        if (decided[test.Target] is not { } outcome)
        {
            return test.Expected == DependencyTest.Kind.Off && selection.IsSeededFalse(context.Set.FlagAt(test.Target));
        }

        return test.Expected switch
        {
            DependencyTest.Kind.On => outcome.Enabled,
            DependencyTest.Kind.Off => !outcome.Enabled,
            _ => string.Equals(outcome.DependencyVariant, test.Variant, StringComparison.Ordinal),
        };
    }

    private static ReasonKind Upgrade(in FlagProgress progress) => progress.Reason switch
    {
        ReasonKind.NoConditionMatch when progress.MissedBehavior => ReasonKind.NoConditionMatchOfBehavior,
        ReasonKind.NoConditionMatch when progress.SkippedGroup => ReasonKind.NoConditionMatchWithoutGroup,
        _ => progress.Reason,
    };

    private bool IsSkipped(CompiledFlag flag, CompiledCondition condition, ref FlagProgress progress)
    {
        if (condition.Aggregation >= 0)
        {
            if (context.Groups[condition.Aggregation].HasKey)
            {
                return false;
            }

            progress.Note(ReasonKind.NoGroupType);
            progress.SkippedGroup = true;
            return true;
        }

        if (!flag.UsesDeviceId || !context.DeviceId.IsEmpty)
        {
            return false;
        }

        progress.Note(ReasonKind.OutOfRolloutBound);
        return true;
    }

    private CohortFault Matches(CompiledCondition condition, ref FlagProgress progress)
    {
        foreach (var predicate in condition.Predicates)
        {
            if (!context.Matches(predicate))
            {
                return CohortFault.None;
            }
        }

        if (condition.HasOnlyPredicates)
        {
            progress.FiltersHold = true;
            return CohortFault.None;
        }

        foreach (var test in condition.Dependencies)
        {
            if (!Matches(test))
            {
                return CohortFault.None;
            }
        }

        return MatchesCohorts(condition.Cohorts, ref progress);
    }

    // Cohorts come last, so that an ordinary miss hides one that cannot be evaluated.
    private CohortFault MatchesCohorts(CohortTest[] tests, ref FlagProgress progress)
    {
        if (tests.Length > 0 && context.Preparation != Preparation.Ran)
        {
            return CohortFault.None;
        }

        foreach (var test in tests)
        {
            if (test.Fault != CohortFault.None)
            {
                return test.Fault;
            }
        }

        foreach (var test in tests)
        {
            if (memberships.Evaluate(context.Set, test.Cohort) != test.Expected)
            {
                progress.MissedBehavior |= context.Set.Cohorts[test.Cohort].HasUnresolvableLeaf;
                return CohortFault.None;
            }
        }

        progress.FiltersHold = true;
        return CohortFault.None;
    }

    // Conditions of a flag share one hash as long as they bucket by the same identifier.
    private bool TryRolloutHash(CompiledFlag flag, ref FlagProgress progress, int aggregation)
    {
        var identifier = identifiers.Of(flag, aggregation);
        if (progress.RolloutIdentifier == identifier)
        {
            return true;
        }

        progress.Identifier = identifier;
        return false;
    }
}
