namespace FlagsService.Evaluation.Matching;

/// <summary>Inside or outside an inclusive range. What is no number is outside; NaN is neither.</summary>
internal sealed class RangeTest(double low, double high, bool negated) : ValueTest
{
    public override bool WhenAbsent => negated;

    public override bool Matches(PropertyValues values, int slot)
    {
        if (!values.TryNumber(slot, out var number))
        {
            return negated;
        }

        return !double.IsNaN(number) && (number >= low && number <= high) != negated;
    }
}
