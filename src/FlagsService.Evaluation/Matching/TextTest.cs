namespace FlagsService.Evaluation.Matching;

/// <summary>Contains, begins or ends with one of the operands, ASCII case folded.</summary>
internal sealed class TextTest(TextTest.Place place, byte[][] lowered, bool negated) : ValueTest
{
    public enum Place
    {
        Anywhere,
        Start,
        End,
    }

    public override bool WhenAbsent => negated;

    public override bool Matches(PropertyValues values, int slot)
    {
        var text = values.AsciiLower(slot);
        foreach (var operand in lowered)
        {
            var found = place switch
            {
                Place.Anywhere => text.IndexOf(operand) >= 0,
                Place.Start => text.StartsWith(operand),
                _ => text.EndsWith(operand),
            };
            if (found)
            {
                return !negated;
            }
        }

        return negated;
    }
}
