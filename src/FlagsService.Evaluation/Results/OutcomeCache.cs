using FlagsService.Evaluation.Compilation;

namespace FlagsService.Evaluation.Results;

/// <summary>The outcomes of one flag, each rendered when it first happens and shared afterwards. Two requests may render the same one at the same time; either copy will do.</summary>
internal sealed class OutcomeCache(CompiledFlag flag)
{
    private const int Misses = 5;

    private readonly FlagOutcome?[]?[] byCondition = new FlagOutcome?[]?[flag.Conditions.Length];
    private FlagOutcome? missingDependency;
    private FlagOutcome? noConditions;
    private FlagOutcome? enrolled;
    private FlagOutcome? optedOut;
    private FlagOutcome? heldOut;
    private FlagOutcome? unsupported;
    private FlagOutcome? hashKeyFailure;

    public FlagOutcome MissingDependency => missingDependency ??= Miss(ReasonKind.MissingDependency, null);

    public FlagOutcome HeldOut => heldOut ??= Create(true, flag.Holdout!.Variant, Reasons.Create(ReasonKind.HoldoutConditionValue, null), flag.Holdout.Variant);

    public FlagOutcome Unsupported => unsupported ??= Failed(Reasons.Unsupported);

    public FlagOutcome HashKeyFailure => hashKeyFailure ??= Failed(Reasons.HashKeyFailure);

    // The payload of true goes with the decision even for somebody who opted out.
    public FlagOutcome Enrollment(bool isEnrolled) => isEnrolled
        ? enrolled ??= Create(true, null, Reasons.Create(ReasonKind.SuperConditionValue, 0), "true")
        : optedOut ??= Create(false, null, Reasons.Create(ReasonKind.SuperConditionValue, 0), "true");

    /// <summary>The flag is on by a condition; -1 for no variant.</summary>
    public FlagOutcome Match(int condition, int variant)
    {
        ref var outcome = ref Row(condition)[Misses + 1 + variant];
        return outcome ??= Create(true, VariantKey(variant), Reasons.Create(ReasonKind.ConditionMatch, condition), VariantKey(variant) ?? "true");
    }

    /// <summary>The flag is off; -1 where no condition was tried.</summary>
    public FlagOutcome Miss(ReasonKind kind, int condition)
    {
        if (condition < 0)
        {
            return noConditions ??= Miss(kind, null);
        }

        ref var outcome = ref Row(condition)[kind switch
        {
            ReasonKind.OutOfRolloutBound => 0,
            ReasonKind.NoConditionMatch => 1,
            ReasonKind.NoConditionMatchWithoutGroup => 2,
            ReasonKind.NoConditionMatchOfBehavior => 3,
            _ => 4,
        }];
        return outcome ??= Miss(kind, (int?)condition);
    }

    /// <summary>The evaluation failed: rendered for this occurrence only.</summary>
    public FlagOutcome Failed(FlagReason reason) => OutcomeRenderer.Render(flag, enabled: false, variant: null, reason, failed: true, payload: null);

    private FlagOutcome?[] Row(int condition) => byCondition[condition] ??= new FlagOutcome?[Misses + 1 + flag.Variants.Length];

    private string? VariantKey(int variant) => variant < 0 ? null : flag.Variants[variant].Key;

    private FlagOutcome Miss(ReasonKind kind, int? condition) => Create(false, null, Reasons.Create(kind, condition), null);

    private FlagOutcome Create(bool enabled, string? variant, FlagReason reason, string? payloadKey) =>
        OutcomeRenderer.Render(flag, enabled, variant, reason, failed: false, payloadKey is null ? null : PayloadText.Find(flag.Payloads, payloadKey));
}
