using System.Text;

namespace FlagsService.Evaluation.Matching;

/// <summary>Walks over a date text.</summary>
internal ref struct DateScanner(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> rest = text;

    public readonly bool AtEnd => rest.IsEmpty;

    public bool Byte(char expected) => AnyOf(expected, expected, expected);

    public bool AnyOf(char first, char second, char third)
    {
        if (rest.IsEmpty || (rest[0] != first && rest[0] != second && rest[0] != third))
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }

    public bool Digits(int count, out int value)
    {
        value = 0;
        if (rest.Length < count || rest[..count].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        foreach (var digit in rest[..count])
        {
            value = (value * 10) + digit - '0';
        }

        rest = rest[count..];
        return true;
    }

    public bool UpToDigits(int count, out int value) => Digits(count, out value) || (count > 1 && UpToDigits(count - 1, out value));

    /// <summary>One or more digits after the point, as nanoseconds; finer ones are cut.</summary>
    public bool Fraction(out int nanoseconds)
    {
        nanoseconds = 0;
        var read = 0;
        for (; !rest.IsEmpty && rest[0] is >= (byte)'0' and <= (byte)'9'; rest = rest[1..], read++)
        {
            nanoseconds = read < 9 ? (nanoseconds * 10) + rest[0] - '0' : nanoseconds;
        }

        for (var i = read; i < 9; i++)
        {
            nanoseconds *= 10;
        }

        return read > 0;
    }

    /// <summary><c>Z</c>, <c>+hh:mm</c>, or after a blank also <c>UTC</c>: minutes east of Greenwich.</summary>
    public bool Offset(out int minutes)
    {
        minutes = 0;
        if (rest.SequenceEqual(" UTC"u8) || rest.SequenceEqual("Z"u8) || rest.SequenceEqual("z"u8))
        {
            rest = [];
            return true;
        }

        Byte(' ');
        return Signed(colon: true, out minutes);
    }

    /// <summary>A blank and <c>+hhmm</c>, <c>GMT</c>, <c>UT</c> or <c>UTC</c>: minutes east of Greenwich.</summary>
    public bool MailZone(out int minutes)
    {
        minutes = 0;
        if (!Byte(' '))
        {
            return false;
        }

        if (rest.SequenceEqual("GMT"u8) || rest.SequenceEqual("UT"u8) || rest.SequenceEqual("UTC"u8) || rest.SequenceEqual("Z"u8))
        {
            rest = [];
            return true;
        }

        return Signed(colon: false, out minutes);
    }

    public bool Word(int length, out ReadOnlySpan<byte> word)
    {
        word = [];
        if (rest.Length < length || !Ascii.IsValid(rest[..length]))
        {
            return false;
        }

        word = rest[..length];
        rest = rest[length..];
        return true;
    }

    /// <summary>Skips <c>Tue, </c> where it stands.</summary>
    public void Weekday()
    {
        if (rest.Length > 5 && rest[3] == ',' && rest[4] == ' ')
        {
            rest = rest[5..];
        }
    }

    private bool Signed(bool colon, out int minutes)
    {
        minutes = 0;
        var negative = Byte('-');
        if ((!negative && !Byte('+')) || !Digits(2, out var hours) || (colon && !Byte(':')) || !Digits(2, out minutes) || hours > 23 || minutes > 59)
        {
            return false;
        }

        minutes = ((hours * 60) + minutes) * (negative ? -1 : 1);
        return true;
    }
}
