using FlagsService.Evaluation.Results;

namespace FlagsService.Evaluation.Matching;

/// <summary>What the flags evaluated so far came to, by position; flags that failed have nothing that a dependency could match.</summary>
internal sealed class DecidedFlags
{
    private FlagOutcome?[] outcomes = [];
    private int count;

    public FlagOutcome? this[int position]
    {
        get => outcomes[position];
        set => outcomes[position] = value;
    }

    public void Begin(int flags)
    {
        Clear();
        if (outcomes.Length < flags)
        {
            outcomes = new FlagOutcome?[flags];
        }

        count = flags;
    }

    public void Clear() => outcomes.AsSpan(0, count).Clear();
}
