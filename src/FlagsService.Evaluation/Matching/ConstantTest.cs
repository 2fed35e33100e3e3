namespace FlagsService.Evaluation.Matching;

/// <summary>Answers without looking at the value: presence, and operands that nothing can match.</summary>
internal sealed class ConstantTest(bool whenPresent, bool whenAbsent) : ValueTest
{
    public static ConstantTest Never { get; } = new(false, false);

    public override bool WhenAbsent => whenAbsent;

    public override bool Matches(PropertyValues values, int slot) => whenPresent;
}
