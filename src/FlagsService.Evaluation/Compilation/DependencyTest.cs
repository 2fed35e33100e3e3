namespace FlagsService.Evaluation.Compilation;

/// <summary>Compares the result of another flag. <see cref="Target"/> is set once all flags have their places; -1 never matches.</summary>
internal sealed class DependencyTest(int? targetId, DependencyTest.Kind expected, string? variant)
{
    public enum Kind
    {
        Never,
        Off,
        On,
        Variant,
    }

    public int? TargetId { get; } = targetId;

    public Kind Expected { get; } = expected;

    public string? Variant { get; } = variant;

    public int Target { get; set; } = -1;
}
