namespace FlagsService.Evaluation.Matching;

/// <summary>Inside a range of versions.</summary>
internal sealed class VersionRangeTest(VersionRange range) : ValueTest
{
    public override bool Matches(PropertyValues values, int slot) => SemanticVersion.TryParse(values.Text(slot), out var version) && range.Contains(version);
}
