using System.Globalization;
using System.Text;

namespace FlagsService.Evaluation.Matching;

/// <summary>A strict semantic version over the text it was read from.</summary>
internal readonly ref struct SemanticVersion
{
    public required ulong Major { get; init; }

    public required ulong Minor { get; init; }

    public required ulong Patch { get; init; }

    public required ReadOnlySpan<byte> PreRelease { get; init; }

    public required ReadOnlySpan<byte> Build { get; init; }

    /// <summary>How many of the three numbers were written.</summary>
    public required int Components { get; init; }

    /// <summary>Reads a version leniently in its numbers (missing ones are 0, leading zeros are dropped, one leading v is skipped) and strictly in its suffixes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out SemanticVersion version)
    {
        version = default;
        text = Normalize(text);
        var suffix = text.IndexOfAny((byte)'-', (byte)'+');
        var core = suffix < 0 ? text : text[..suffix];
        Span<ulong> numbers = [0, 0, 0];
        var components = 0;
        foreach (var range in core.Split((byte)'.'))
        {
            if (components == 3 || !TryNumber(core[range], out numbers[components]))
            {
                return false;
            }

            components++;
        }

        ReadOnlySpan<byte> pre = [];
        ReadOnlySpan<byte> build = [];
        if (suffix >= 0)
        {
            var rest = text[suffix..];
            var plus = rest.IndexOf((byte)'+');
            pre = rest[0] == '-' ? (plus < 0 ? rest[1..] : rest[1..plus]) : [];
            build = plus < 0 ? [] : rest[(plus + 1)..];
            if ((rest[0] == '-' && !AreIdentifiers(pre, strictNumbers: true)) || (plus >= 0 && !AreIdentifiers(build, strictNumbers: false)))
            {
                return false;
            }
        }

        version = new SemanticVersion { Major = numbers[0], Minor = numbers[1], Patch = numbers[2], PreRelease = pre, Build = build, Components = components };
        return true;
    }

    /// <summary>Removes one lower-case v, then blanks around the rest.</summary>
    public static ReadOnlySpan<byte> Normalize(ReadOnlySpan<byte> text)
    {
        text = text is [(byte)'v', ..] ? text[1..] : text;
        while (Rune.DecodeFromUtf8(text, out var rune, out var length) == System.Buffers.OperationStatus.Done && Rune.IsWhiteSpace(rune))
        {
            text = text[length..];
        }

        while (Rune.DecodeLastFromUtf8(text, out var rune, out var length) == System.Buffers.OperationStatus.Done && Rune.IsWhiteSpace(rune))
        {
            text = text[..^length];
        }

        return text;
    }

    /// <summary>Reads one number of the core, leading zeros allowed.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        return !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9') && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Total order: precedence first, then build metadata, which ranges ignore.</summary>
    public int Compare(SemanticVersion other)
    {
        var order = CompareCore(other);
        order = order != 0 ? order : ComparePreRelease(other);
        return order != 0 ? order : CompareBuild(Build, other.Build);
    }

    public int CompareCore(SemanticVersion other)
    {
        var order = Major.CompareTo(other.Major);
        order = order != 0 ? order : Minor.CompareTo(other.Minor);
        return order != 0 ? order : Patch.CompareTo(other.Patch);
    }

    /// <summary>A release is higher than its pre-releases.</summary>
    public int ComparePreRelease(SemanticVersion other) => (PreRelease.IsEmpty, other.PreRelease.IsEmpty) switch
    {
        (true, true) => 0,
        (true, false) => 1,
        (false, true) => -1,
        _ => CompareIdentifiers(PreRelease, other.PreRelease),
    };

    private static int CompareBuild(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => (left.IsEmpty, right.IsEmpty) switch
    {
        (true, true) => 0,
        (true, false) => -1,
        (false, true) => 1,
        _ => CompareIdentifiers(left, right),
    };

    private static int CompareIdentifiers(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        while (true)
        {
            var order = CompareIdentifier(First(left), First(right));
            if (order != 0)
            {
                return order;
            }

            var leftEnds = First(left).Length == left.Length;
            var rightEnds = First(right).Length == right.Length;
            if (leftEnds || rightEnds)
            {
                return rightEnds.CompareTo(leftEnds) switch { 0 => 0, > 0 => 1, _ => -1 };
            }

            left = left[(First(left).Length + 1)..];
            right = right[(First(right).Length + 1)..];
        }
    }

    private static ReadOnlySpan<byte> First(ReadOnlySpan<byte> identifiers) => identifiers.IndexOf((byte)'.') is var dot and >= 0 ? identifiers[..dot] : identifiers;

    private static int CompareIdentifier(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var leftNumeric = IsNumeric(left);
        var rightNumeric = IsNumeric(right);
        if (leftNumeric != rightNumeric)
        {
            return leftNumeric ? -1 : 1;
        }

        if (!leftNumeric)
        {
            return left.SequenceCompareTo(right);
        }

        var order = left.TrimStart((byte)'0').Length.CompareTo(right.TrimStart((byte)'0').Length);
        order = order != 0 ? order : left.TrimStart((byte)'0').SequenceCompareTo(right.TrimStart((byte)'0'));
        return order != 0 ? order : left.Length.CompareTo(right.Length);
    }

    private static bool IsNumeric(ReadOnlySpan<byte> identifier) => !identifier.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool AreIdentifiers(ReadOnlySpan<byte> text, bool strictNumbers)
    {
        foreach (var range in text.Split((byte)'.'))
        {
            var identifier = text[range];
            if (identifier.IsEmpty || (strictNumbers && identifier.Length > 1 && identifier[0] == '0' && IsNumeric(identifier)))
            {
                return false;
            }

            foreach (var c in identifier)
            {
                if (!char.IsAsciiLetterOrDigit((char)c) && c != '-')
                {
                    return false;
                }
            }
        }

        return true;
    }
}
