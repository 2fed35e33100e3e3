using System.Text.Json;
using FlagsService.Evaluation.Definitions;

namespace FlagsService.Evaluation.Matching;

/// <summary>Compares instants, never calendar days. What is no date is a miss.</summary>
internal sealed class DateTest(PropertyOperator comparison, DateText operand, TeamCalendar calendar) : ValueTest
{
    public override bool Matches(PropertyValues values, int slot)
    {
        if (InstantOf(values, slot) is not { } instant || operand.Resolve(calendar, values.Now) is not { } bound)
        {
            return false;
        }

        return comparison switch
        {
            PropertyOperator.IsDateBefore => instant < bound,
            PropertyOperator.IsDateAfter => instant > bound,
            _ => instant == bound,
        };
    }

    private Int128? InstantOf(PropertyValues values, int slot)
    {
        if (values.TryNumber(slot, out var seconds))
        {
            return DateText.FromSeconds(seconds);
        }

        return values.Kind(slot) == JsonTokenType.String ? DateText.Parse(values.Text(slot), calendar)?.Resolve(calendar, values.Now) : null;
    }
}
