using System.Diagnostics;
using System.Text.RegularExpressions;

namespace FlagsService.Evaluation.Matching;

/// <summary>A pattern occurs or does not. A subject that is too long or a search that takes too long misses either way.</summary>
internal sealed class PatternTest(Regex pattern, bool negated) : ValueTest
{
    private readonly bool isLinear = (pattern.Options & RegexOptions.NonBacktracking) != RegexOptions.None;

    public override bool WhenAbsent => negated;

    public override bool Matches(PropertyValues values, int slot)
    {
        if (!values.TrySubject(slot, out var subject))
        {
            return false;
        }

        if (isLinear)
        {
            return pattern.IsMatch(subject) != negated;
        }

        if (values.PatternBudget.IsExhausted)
        {
            return false;
        }

        var startedAt = Stopwatch.GetTimestamp();
        try
        {
            return pattern.IsMatch(subject) != negated;
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
        finally
        {
            values.PatternBudget.Charge(startedAt);
        }
    }
}
