namespace FlagsService.Evaluation.Matching;

/// <summary>A tilde, caret or wildcard range. Build metadata takes no part; a pre-release is inside only a range that names a pre-release of the same numbers.</summary>
internal sealed class VersionRange
{
    private enum Rule
    {
        Tilde,
        Caret,
        Wildcard,
    }

    private readonly Rule rule;
    private readonly byte[] text;
    private readonly int components;

    private VersionRange(Rule rule, byte[] text, int components) => (this.rule, this.text, this.components) = (rule, text, components);

    /// <summary>Same major and minor, not earlier; missing numbers count as 0.</summary>
    public static VersionRange? Tilde(byte[] text) => SemanticVersion.TryParse(text, out _) ? new VersionRange(Rule.Tilde, text, 3) : null;

    /// <summary>Same leftmost number that is not 0, not earlier; missing numbers count as 0.</summary>
    public static VersionRange? Caret(byte[] text) => SemanticVersion.TryParse(text, out _) ? new VersionRange(Rule.Caret, text, 3) : null;

    /// <summary>Stars for whatever comes last; without a star a caret range of only the numbers that are written.</summary>
    public static VersionRange? Wildcard(byte[] text)
    {
        var normal = SemanticVersion.Normalize(text);
        var star = normal.IndexOf((byte)'*');
        if (star < 0)
        {
            return SemanticVersion.TryParse(text, out var version) && (version.Components == 3 || (version.PreRelease.IsEmpty && version.Build.IsEmpty))
                ? new VersionRange(Rule.Caret, text, version.Components)
                : null;
        }

        if (normal.Length == 1)
        {
            return new VersionRange(Rule.Wildcard, [], 0);
        }

        var written = normal[..star].TrimEnd((byte)'.');
        var stars = normal[star..];
        var known = written.Count((byte)'.') + 1;
        var tail = known == 1 && stars.SequenceEqual("*.*"u8) ? 2 : stars.Length == 1 ? 1 : 0;
        return star == written.Length + 1 && tail > 0 && known + tail <= 3 && IsCore(written) ? new VersionRange(Rule.Wildcard, written.ToArray(), known) : null;
    }

    public bool Contains(SemanticVersion version)
    {
        if (components == 0)
        {
            return version.PreRelease.IsEmpty;
        }

        if (!SemanticVersion.TryParse(text, out var bound))
        {
            return false;
        }

        if (!version.PreRelease.IsEmpty && (bound.PreRelease.IsEmpty || version.CompareCore(bound) != 0))
        {
            return false;
        }

        return rule switch
        {
            Rule.Tilde => version.Major == bound.Major && version.Minor == bound.Minor && AtLeast(version, bound),
            Rule.Wildcard => version.Major == bound.Major && (components < 2 || version.Minor == bound.Minor),
            _ => IsCompatible(version, bound),
        };
    }

    private static bool IsCore(ReadOnlySpan<byte> written)
    {
        foreach (var range in written.Split((byte)'.'))
        {
            if (!SemanticVersion.TryNumber(written[range], out _))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AtLeast(SemanticVersion version, SemanticVersion bound)
    {
        var order = version.CompareCore(bound);
        return order > 0 || (order == 0 && version.ComparePreRelease(bound) >= 0);
    }

    private bool IsCompatible(SemanticVersion version, SemanticVersion bound)
    {
        if (version.Major != bound.Major)
        {
            return false;
        }

        if (components == 1)
        {
            return true;
        }

        var keepsMinor = bound.Major > 0 || version.Minor == bound.Minor;
        var keepsPatch = bound.Major > 0 || bound.Minor > 0 || components < 3 || version.Patch == bound.Patch;
        return keepsMinor && keepsPatch && AtLeast(version, bound);
    }
}
