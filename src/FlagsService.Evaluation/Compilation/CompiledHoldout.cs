namespace FlagsService.Evaluation.Compilation;

/// <summary>A holdout with its share clamped to 0..100.</summary>
internal sealed record CompiledHoldout(string Variant, double Percentage)
{
    public double Threshold { get; } = Percentage / 100.0;
}
