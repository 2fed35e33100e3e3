namespace FlagsService.Evaluation.Matching;

/// <summary>Equal to one of the operands as lowered text.</summary>
internal sealed class EqualityTest : ValueTest
{
    private const int LinearUpTo = 8;

    private readonly byte[][] operands;
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>>? lookup;
    private readonly bool negated;

    public EqualityTest(byte[][] lowered, bool negated)
    {
        operands = lowered;
        this.negated = negated;
        if (lowered.Length > LinearUpTo)
        {
            lookup = new HashSet<byte[]>(lowered, Utf8Comparer.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();
        }
    }

    public override bool WhenAbsent => negated;

    public override bool Matches(PropertyValues values, int slot) => IsEqual(values.Lower(slot)) != negated;

    private bool IsEqual(ReadOnlySpan<byte> text)
    {
        if (lookup is { } set)
        {
            return set.Contains(text);
        }

        foreach (var operand in operands)
        {
            if (text.SequenceEqual(operand))
            {
                return true;
            }
        }

        return false;
    }
}
