using FlagsService.Evaluation.Results;

namespace FlagsService.Evaluation.Matching;

/// <summary>How far the evaluation of one flag has come, while its hashes wait to be computed together with those of other flags. Known by the flag's place in its stage, so that a list of these holds on to nothing.</summary>
internal struct FlagProgress
{
    /// <summary>The condition being tried.</summary>
    public int Condition;

    /// <summary>Its filters were seen to hold.</summary>
    public bool FiltersHold;

    /// <summary>Identifier that the wanted hash is of.</summary>
    public int Identifier;

    /// <summary>The wanted hash, once computed.</summary>
    public double Hash;

    /// <summary>Identifier of <see cref="RolloutHash"/>; <see cref="Identifiers.Unknown"/> before there is one.</summary>
    public int RolloutIdentifier;

    public double RolloutHash;

    public ReasonKind Reason;

    /// <summary>Condition of <see cref="Reason"/>; -1 for none.</summary>
    public int ReasonCondition;

    public bool SkippedGroup;

    public bool MissedBehavior;

    /// <summary>A condition's reason replaces an equal or lower one, so on a miss the last of the best is told.</summary>
    public void Note(ReasonKind reason)
    {
        if (reason >= Reason)
        {
            Reason = reason;
            ReasonCondition = Condition;
        }
    }
}
