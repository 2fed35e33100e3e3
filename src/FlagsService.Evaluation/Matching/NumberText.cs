using System.Buffers.Text;
using System.Globalization;

namespace FlagsService.Evaluation.Matching;

/// <summary>Numbers as text and text as numbers.</summary>
internal static class NumberText
{
    /// <summary>Room that <see cref="Format"/> needs at most.</summary>
    public const int MaxLength = 40;

    /// <summary>Reads text strictly as a float: sign, digits, point and exponent, or inf, infinity, nan in any case. No blanks, no separators.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var digits = false;
        foreach (var c in text)
        {
            if (c is >= (byte)'0' and <= (byte)'9')
            {
                digits = true;
            }
            else if (c is not ((byte)'+' or (byte)'-' or (byte)'.' or (byte)'e' or (byte)'E'))
            {
                return TryParseWord(text, out value);
            }
        }

        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return digits && double.TryParse(text, Styles, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Whether a JSON number is printed the way it is written.</summary>
    public static bool IsPlainInteger(ReadOnlySpan<byte> json)
    {
        var digits = json is [(byte)'-', ..] ? json[1..] : json;
        return digits.Length <= 18 && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') && !json.SequenceEqual("-0"u8);
    }

    /// <summary>Prints a JSON number: integers as they are, floats with the fewest digits that round-trip and always with a point or an exponent.</summary>
    public static int Format(ReadOnlySpan<byte> json, Span<byte> target)
    {
        if (IsInteger(json))
        {
            json.CopyTo(target);
            return json.Length;
        }

        var value = double.Parse(json, NumberStyles.Float, CultureInfo.InvariantCulture);
        Span<byte> shortest = stackalloc byte[MaxLength];
        value.TryFormat(shortest, out var length, "R", CultureInfo.InvariantCulture);
        return Arrange(shortest[..length], target);
    }

    private static bool IsInteger(ReadOnlySpan<byte> json) =>
        IsPlainInteger(json) ||
        (!json.SequenceEqual("-0"u8) && json.Length <= 20 &&
         ((Utf8Parser.TryParse(json, out long _, out var used) && used == json.Length) || (Utf8Parser.TryParse(json, out ulong _, out used) && used == json.Length)));

    // Takes sign, digits and exponent out of what .NET prints (1E+16, 1.5E-07, 100) and sets them the other way (1e16, 1.5e-7, 100.0).
    private static int Arrange(ReadOnlySpan<byte> shortest, Span<byte> target)
    {
        var written = 0;
        if (shortest[0] == '-')
        {
            target[written++] = (byte)'-';
            shortest = shortest[1..];
        }

        var exponentAt = shortest.IndexOf((byte)'E');
        var exponent = exponentAt < 0 ? 0 : int.Parse(shortest[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = exponentAt < 0 ? shortest : shortest[..exponentAt];
        var point = mantissa.IndexOf((byte)'.');
        Span<byte> digits = stackalloc byte[MaxLength];
        var count = 0;
        foreach (var c in mantissa)
        {
            if (c != '.')
            {
                digits[count++] = c;
            }
        }

        var scale = (point < 0 ? mantissa.Length : point) + exponent;
        var leading = digits[..count].IndexOfAnyExcept((byte)'0');
        if (leading < 0)
        {
            "0.0"u8.CopyTo(target[written..]);
            return written + 3;
        }

        scale -= leading;
        ReadOnlySpan<byte> significant = digits[leading..count].TrimEnd((byte)'0');
        return written + (scale is > -5 and <= 16 ? Plain(significant, scale, target[written..]) : Exponential(significant, scale - 1, target[written..]));
    }

    private static int Plain(ReadOnlySpan<byte> digits, int scale, Span<byte> target)
    {
        if (scale <= 0)
        {
            "0."u8.CopyTo(target);
            target.Slice(2, -scale).Fill((byte)'0');
            digits.CopyTo(target[(2 - scale)..]);
            return 2 - scale + digits.Length;
        }

        if (digits.Length <= scale)
        {
            digits.CopyTo(target);
            target[digits.Length..scale].Fill((byte)'0');
            ".0"u8.CopyTo(target[scale..]);
            return scale + 2;
        }

        digits[..scale].CopyTo(target);
        target[scale] = (byte)'.';
        digits[scale..].CopyTo(target[(scale + 1)..]);
        return digits.Length + 1;
    }

    private static int Exponential(ReadOnlySpan<byte> digits, int exponent, Span<byte> target)
    {
        var written = 1;
        target[0] = digits[0];
        if (digits.Length > 1)
        {
            target[written++] = (byte)'.';
            digits[1..].CopyTo(target[written..]);
            written += digits.Length - 1;
        }

        target[written++] = (byte)'e';
        exponent.TryFormat(target[written..], out var length, default, CultureInfo.InvariantCulture);
        return written + length;
    }

    private static bool TryParseWord(ReadOnlySpan<byte> text, out double value)
    {
        var negative = text is [(byte)'-', ..];
        var word = text is [(byte)'-' or (byte)'+', ..] ? text[1..] : text;
        value = 0;
        if (System.Text.Ascii.EqualsIgnoreCase(word, "inf"u8) || System.Text.Ascii.EqualsIgnoreCase(word, "infinity"u8))
        {
            value = negative ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        value = double.NaN;
        return System.Text.Ascii.EqualsIgnoreCase(word, "nan"u8);
    }
}
