using FlagsService.Evaluation.Definitions;

namespace FlagsService.Evaluation.Matching;

/// <summary>Compares versions. What is no version is a miss, also for not equal.</summary>
internal sealed class VersionTest(PropertyOperator comparison, byte[] operand) : ValueTest
{
    public override bool Matches(PropertyValues values, int slot)
    {
        if (!SemanticVersion.TryParse(values.Text(slot), out var version) || !SemanticVersion.TryParse(operand, out var bound))
        {
            return false;
        }

        var order = version.Compare(bound);
        return comparison switch
        {
            PropertyOperator.SemverGt => order > 0,
            PropertyOperator.SemverGte => order >= 0,
            PropertyOperator.SemverLt => order < 0,
            PropertyOperator.SemverLte => order <= 0,
            PropertyOperator.SemverEq => order == 0,
            _ => order != 0,
        };
    }
}
