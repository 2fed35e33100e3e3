using System.Globalization;

namespace FlagsService.Evaluation.Matching;

/// <summary>A date text: an instant, or a distance from now that each request resolves.</summary>
internal readonly record struct DateText(Int128? Instant, int RelativeAmount, char RelativeUnit)
{
    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    public bool IsRelative => RelativeUnit != '\0';

    /// <summary>Reads a date; nothing where the text is none.</summary>
    public static DateText? Parse(ReadOnlySpan<byte> text, TeamCalendar calendar)
    {
        if (TryRelative(text, out var relative))
        {
            return relative;
        }

        return (TryIso(text, calendar) ?? TryEpoch(text) ?? TryMail(text)) is { } instant && TeamCalendar.IsInRange(instant) ? new DateText(instant, 0, '\0') : null;
    }

    public Int128? Resolve(TeamCalendar calendar, DateTimeOffset now) => IsRelative ? calendar.Before(now, RelativeAmount, RelativeUnit) : Instant;

    /// <summary>Seconds since 1970, fractions kept.</summary>
    public static Int128? FromSeconds(double seconds)
    {
        if (!double.IsFinite(seconds) || Math.Abs(seconds) > 1e12)
        {
            return null;
        }

        var whole = Math.Floor(seconds);
        var instant = ((Int128)whole * 1_000_000_000) + (Int128)Math.Round((seconds - whole) * 1e9);
        return TeamCalendar.IsInRange(instant) ? instant : null;
    }

    private static bool TryRelative(ReadOnlySpan<byte> text, out DateText relative)
    {
        relative = default;
        var digits = text is [(byte)'-', ..] ? text[1..] : text;
        if (digits.Length < 2 || !"hdwmy"u8.Contains(digits[^1]) || digits[..^1].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        var significant = digits[..^1].TrimStart((byte)'0');
        if (significant.Length > 4)
        {
            return false;
        }

        var amount = significant.IsEmpty ? 0 : int.Parse(significant, NumberStyles.None, CultureInfo.InvariantCulture);
        relative = new DateText(null, amount, (char)digits[^1]);
        return true;
    }

    private static Int128? TryIso(ReadOnlySpan<byte> text, TeamCalendar calendar)
    {
        var scanner = new DateScanner(text);
        if (!scanner.Digits(4, out var year) || !scanner.Byte('-') || !scanner.Digits(2, out var month) || !scanner.Byte('-') || !scanner.Digits(2, out var day) ||
            !TryDate(year, month, day, out var date))
        {
            return null;
        }

        if (scanner.AtEnd)
        {
            return calendar.ToInstant(date);
        }

        if (!scanner.AnyOf('T', 't', ' ') || !scanner.Digits(2, out var hour) || !scanner.Byte(':') || !scanner.Digits(2, out var minute) || hour > 23 || minute > 59)
        {
            return null;
        }

        var second = 0;
        var nanoseconds = 0;
        var hasSeconds = scanner.Byte(':');
        if (hasSeconds && (!scanner.Digits(2, out second) || second > 59 || (scanner.Byte('.') && !scanner.Fraction(out nanoseconds))))
        {
            return null;
        }

        var time = date.AddSeconds((hour * 3600) + (minute * 60) + second);
        if (scanner.AtEnd)
        {
            return calendar.ToInstant(time, nanoseconds);
        }

        return hasSeconds && scanner.Offset(out var offset) && scanner.AtEnd ? TeamCalendar.FromUtc(time, nanoseconds) - ((Int128)offset * 60_000_000_000) : null;
    }

    private static Int128? TryEpoch(ReadOnlySpan<byte> text)
    {
        if (text.Length is not (10 or 13 or 19) || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return null;
        }

        var number = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : (Int128?)null;
        return number * text.Length switch { 10 => 1_000_000_000, 13 => 1_000_000, _ => 1 };
    }

    // "Tue, 1 Jul 2003 10:52:37 +0200": the weekday and the seconds may be missing.
    private static Int128? TryMail(ReadOnlySpan<byte> text)
    {
        var scanner = new DateScanner(text);
        scanner.Weekday();
        if (!scanner.UpToDigits(2, out var day) || !scanner.Byte(' ') || !scanner.Word(3, out var name) || !scanner.Byte(' ') || !scanner.Digits(4, out var year) ||
            !TryDate(year, MonthOf(name), day, out var date) || !scanner.Byte(' ') || !scanner.Digits(2, out var hour) || !scanner.Byte(':') || !scanner.Digits(2, out var minute) ||
            hour > 23 || minute > 59)
        {
            return null;
        }

        var second = 0;
        if (scanner.Byte(':') && (!scanner.Digits(2, out second) || second > 59))
        {
            return null;
        }

        return scanner.MailZone(out var offset) && scanner.AtEnd
            ? TeamCalendar.FromUtc(date.AddSeconds((hour * 3600) + (minute * 60) + second)) - ((Int128)offset * 60_000_000_000)
            : null;
    }

    private static int MonthOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Months.Length; i++)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(name, Months[i]))
            {
                return i + 1;
            }
        }

        return 0;
    }

    private static bool TryDate(int year, int month, int day, out DateTime date)
    {
        var valid = year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        date = valid ? new DateTime(year, month, day) : default;
        return valid;
    }
}
