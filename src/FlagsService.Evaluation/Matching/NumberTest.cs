using FlagsService.Evaluation.Definitions;

namespace FlagsService.Evaluation.Matching;

/// <summary>Greater or less as numbers. Whatever is no number is a miss; there is no order of texts.</summary>
internal sealed class NumberTest(PropertyOperator comparison, double operand) : ValueTest
{
    public override bool Matches(PropertyValues values, int slot) => values.TryNumber(slot, out var number) && comparison switch
    {
        PropertyOperator.Gt => number > operand,
        PropertyOperator.Gte => number >= operand,
        PropertyOperator.Lt => number < operand,
        _ => number <= operand,
    };
}
