namespace FlagsService.Evaluation.Compilation;

/// <summary>When a flag needs storage: conditions at 0 percent do not count.</summary>
internal sealed class PreparationNeeds
{
    public static PreparationNeeds None { get; } = new();

    /// <summary>A cohort is asked: storage is always needed.</summary>
    public bool HasCohort { get; init; }

    /// <summary>Person metadata is asked, which no caller can send.</summary>
    public bool HasMetadata { get; init; }

    /// <summary>Person properties that the caller must have sent for storage not to be needed.</summary>
    public int[] PersonSlots { get; init; } = [];

    /// <summary>Group properties asked, with the ordinal of their group type.</summary>
    public (int Group, int Slot)[] GroupSlots { get; init; } = [];

    /// <summary>Ordinals of all group types that the flag names anywhere.</summary>
    public int[] Groups { get; init; } = [];

    public bool IsNothing => !HasCohort && !HasMetadata && PersonSlots.Length == 0 && GroupSlots.Length == 0;
}
