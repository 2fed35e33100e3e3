using System.Text;
using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Lookups;
using FlagsService.Evaluation.Matching;
using FlagsService.Evaluation.Results;

namespace FlagsService.Evaluation;

/// <summary>Evaluates the flags of one request against a compiled set. Not thread-safe: holds the scratch memory of one request and is meant to be pooled.</summary>
/// <remarks>Call <see cref="Plan"/>, let storage answer the plan, then <see cref="Evaluate"/> with the same set and request. Pure: no I/O, no clock.</remarks>
public sealed class FlagEvaluator
{
    private readonly RequestContext context = new();
    private readonly FlagSelection selection = new();
    private readonly DecidedFlags decided = new();
    private readonly CohortMemberships memberships;
    private readonly Identifiers identifiers;
    private readonly ConditionWalker walker;
    private readonly HashQueue rollouts;
    private readonly HashQueue variants;
    private FlagProgress[] progresses = [];
    private bool isPlanned;

    /// <summary>An evaluator with empty scratch memory.</summary>
    public FlagEvaluator()
    {
        memberships = new CohortMemberships(context);
        identifiers = new Identifiers(context);
        walker = new ConditionWalker(context, selection, memberships, identifiers, decided);
        rollouts = new HashQueue(identifiers, []);
        variants = new HashQueue(identifiers, "variant"u8.ToArray());
    }

    /// <summary>What this request needs from storage; <see cref="LookupPlan.None"/> when the caller's properties suffice.</summary>
    public LookupPlan Plan(CompiledFlagSet set, EvaluationRequest request)
    {
        Begin(set, request);
        if (!selection.NeedsProperties && !selection.NeedsHashKeys)
        {
            return LookupPlan.None;
        }

        var anonymous = context.AnonymousId;
        var anonymousId = anonymous.IsEmpty || anonymous.Span.SequenceEqual(context.DistinctId.Span) ? null : Encoding.UTF8.GetString(anonymous.Span);
        return new LookupPlan
        {
            DistinctId = Encoding.UTF8.GetString(context.DistinctId.Span),
            AnonymousId = anonymousId,
            NeedsProperties = selection.NeedsProperties,
            StaticCohortIds = selection.NeedsProperties ? set.StaticCohortIds : [],
            Groups = selection.NeedsProperties ? WantedGroups(set) : [],
            NeedsHashKeyOverrides = selection.NeedsHashKeys,
            ContinuityFlagKeys = selection.NeedsHashKeys ? set.ContinuityKeys : [],
            MayWriteHashKeys = selection.NeedsHashKeys && request.MayWrite && anonymousId is not null,
        };
    }

    /// <summary>Decides every flag that applies and fills <paramref name="results"/>.</summary>
    public void Evaluate(CompiledFlagSet set, EvaluationRequest request, LookupResult lookup, EvaluationResults results)
    {
        if (!isPlanned || context.Set != set || context.Request != request)
        {
            Begin(set, request);
        }

        isPlanned = false;
        results.Clear();
        results.UnknownFlagKeys = selection.UnknownKeys;
        context.Complete(lookup, selection.NeedsProperties, selection.NeedsHashKeys);
        results.ErrorsWhileComputing = set.HasCycle || context.Preparation == Preparation.Failed || HashKeysFailed(lookup) ||
            (selection.MentionsGroups && set.Definitions.GroupTypes is null);
        identifiers.Begin();
        memberships.Begin(set, lookup.StaticCohortIds);
        decided.Begin(set.HasDependencies ? set.Flags.Count : 0);
        foreach (var stage in set.Stages)
        {
            EvaluateStage(stage, lookup, results);
        }

        if (request.Explain)
        {
            results.Traces = new ExplainTracer(context, walker, memberships, identifiers, decided).Trace(results.Outcomes);
        }
    }

    /// <summary>Drops references to the last request so that the evaluator can be pooled.</summary>
    public void Reset()
    {
        isPlanned = false;
        context.End();
        decided.Clear();
        rollouts.Clear();
        variants.Clear();
    }

    private void Begin(CompiledFlagSet set, EvaluationRequest request)
    {
        context.Begin(set, request);
        selection.Begin(context);
        isPlanned = true;
    }

    private List<GroupReference> WantedGroups(CompiledFlagSet set)
    {
        var wanted = new List<GroupReference>();
        for (var i = 0; i < context.Groups.Length; i++)
        {
            if (context.Groups[i].IsFetched)
            {
                wanted.Add(new GroupReference(set.Properties.GroupTypes[i].Type, Encoding.UTF8.GetString(context.Groups[i].Key.Span)));
            }
        }

        return wanted;
    }

    private bool HashKeysFailed(LookupResult lookup) => selection.NeedsHashKeys && lookup.HashKeyFailure is not null;

    // Flags of one stage do not depend on each other, so their hashes are computed together: first those that admit, then, for the admitted, those that pick a variant.
    private void EvaluateStage(CompiledFlag[] stage, LookupResult lookup, EvaluationResults results)
    {
        if (progresses.Length < stage.Length)
        {
            progresses = new FlagProgress[Math.Max(64, stage.Length)];
        }

        for (var i = 0; i < stage.Length; i++)
        {
            var flag = stage[i];
            if (!selection.Includes(flag))
            {
                continue;
            }

            if ((!flag.IsOrdinary || context.Preparation == Preparation.Failed) && DecideWithoutConditions(flag, lookup) is { } outcome)
            {
                Finish(outcome, results);
                continue;
            }

            ref var progress = ref progresses[i];
            progress = new FlagProgress { Reason = ReasonKind.NoGroupType, ReasonCondition = -1, RolloutIdentifier = Identifiers.Unknown };
            Advance(flag, i, results);
        }

        while (rollouts.Count > 0)
        {
            foreach (var i in rollouts.Compute(stage, progresses))
            {
                ref var progress = ref progresses[i];
                progress.RolloutHash = progress.Hash;
                progress.RolloutIdentifier = progress.Identifier;
                Advance(stage[i], i, results);
            }
        }

        foreach (var i in variants.Compute(stage, progresses))
        {
            Finish(ConditionWalker.Pick(stage[i], progresses[i]), results);
        }
    }

    private FlagOutcome? DecideWithoutConditions(CompiledFlag flag, LookupResult lookup)
    {
        if (flag.IsMissingDependency)
        {
            return flag.Outcomes.MissingDependency;
        }

        if (flag.HasContinuity && HashKeysFailed(lookup))
        {
            return flag.Outcomes.HashKeyFailure;
        }

        if (context.Preparation == Preparation.Failed && selection.NeedsPreparation(flag))
        {
            var failure = lookup.PropertiesFailure!;
            return flag.Outcomes.Failed(new FlagReason(failure.Code, null, failure.Description));
        }

        if (flag.IsUnsupported)
        {
            return flag.Outcomes.Unsupported;
        }

        if (flag.EnrollmentSlot >= 0 && context.Values.IsSet(flag.EnrollmentSlot))
        {
            return flag.Outcomes.Enrollment(IsEnrolled(flag.EnrollmentSlot));
        }

        return identifiers.IsHeldOut(flag) ? flag.Outcomes.HeldOut : null;
    }

    private bool IsEnrolled(int slot) => context.Values.Kind(slot) switch
    {
        System.Text.Json.JsonTokenType.True => true,
        System.Text.Json.JsonTokenType.String => TruthTest.IsTrueText(context.Values.Text(slot)),
        _ => false,
    };

    private void Advance(CompiledFlag flag, int place, EvaluationResults results)
    {
        switch (walker.Advance(flag, ref progresses[place], out var outcome))
        {
            case ConditionWalker.Wish.Rollout:
                rollouts.Add(place);
                break;
            case ConditionWalker.Wish.Variant:
                variants.Add(place);
                break;
            default:
                Finish(outcome!, results);
                break;
        }
    }

    private void Finish(FlagOutcome outcome, EvaluationResults results)
    {
        results.Add(outcome);
        results.ErrorsWhileComputing |= outcome.Failed;
        if (context.Set.HasDependencies && !outcome.Failed)
        {
            decided[outcome.Flag.Position] = outcome;
        }
    }
}
