namespace FlagsService.Evaluation.Results;

/// <summary>The flags of one request, in no particular order. Pooled by its owner; cleared at the start of each evaluation.</summary>
public sealed class EvaluationResults
{
    private FlagOutcome[] outcomes = [];

    /// <summary>One outcome for each flag that appears in the answer.</summary>
    public ReadOnlySpan<FlagOutcome> Outcomes => outcomes.AsSpan(0, Count);

    /// <summary>How many flags appear.</summary>
    public int Count { get; private set; }

    /// <summary>A flag failed, a dependency cycle exists or something shared could not be read: SDKs then merge instead of replace.</summary>
    public bool ErrorsWhileComputing { get; set; }

    /// <summary>Traces by flag key; null unless the request asked to explain.</summary>
    public Dictionary<string, IReadOnlyList<ConditionTrace>>? Traces { get; set; }

    /// <summary>Requested keys that name no flag.</summary>
    public int UnknownFlagKeys { get; set; }

    /// <summary>Appends an outcome.</summary>
    public void Add(FlagOutcome outcome)
    {
        if (Count == outcomes.Length)
        {
            Array.Resize(ref outcomes, Math.Max(64, outcomes.Length * 2));
        }

        outcomes[Count++] = outcome;
    }

    /// <summary>Empties the results and keeps the room.</summary>
    public void Clear()
    {
        Array.Clear(outcomes, 0, Count);
        Count = 0;
        ErrorsWhileComputing = false;
        Traces = null;
        UnknownFlagKeys = 0;
    }
}
