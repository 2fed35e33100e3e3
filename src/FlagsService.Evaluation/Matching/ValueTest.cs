namespace FlagsService.Evaluation.Matching;

/// <summary>One operator with its operand made ready. Whatever cannot be compared is a miss.</summary>
internal abstract class ValueTest
{
    /// <summary>The answer for a property that is known to be absent.</summary>
    public virtual bool WhenAbsent => false;

    /// <summary>The answer for a property that is present.</summary>
    public abstract bool Matches(PropertyValues values, int slot);
}
