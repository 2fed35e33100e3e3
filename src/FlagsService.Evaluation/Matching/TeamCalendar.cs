namespace FlagsService.Evaluation.Matching;

/// <summary>Wall clock of a team's time zone to instants, counted in nanoseconds since 1970 in UTC.</summary>
internal sealed class TeamCalendar
{
    private const long NanosecondsPerTick = 100;

    private readonly TimeZoneInfo zone;

    public TeamCalendar(string timeZone) => zone = TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var known) ? known : TimeZoneInfo.Utc;

    public static Int128 FromUtc(DateTime utc, int nanoseconds = 0) => ((Int128)(utc.Ticks - DateTime.UnixEpoch.Ticks) * NanosecondsPerTick) + nanoseconds;

    /// <summary>Whether the instant lies in the years 0001 to 9999, outside of which nothing is compared.</summary>
    public static bool IsInRange(Int128 instant) => instant >= FromUtc(DateTime.MinValue) && instant <= FromUtc(DateTime.MaxValue) + 99;

    /// <summary>The instant of a wall-clock time: the earlier one where the clock shows it twice, none where it skips it.</summary>
    public Int128? ToInstant(DateTime local, int nanoseconds = 0)
    {
        if (zone.IsInvalidTime(local))
        {
            return null;
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        var instant = FromUtc(local, nanoseconds) - ((Int128)offset.Ticks * NanosecondsPerTick);
        return IsInRange(instant) ? instant : null;
    }

    /// <summary>Some hours, days, weeks, months or years before now, by the wall clock of the team.</summary>
    public Int128? Before(DateTimeOffset now, int amount, char unit)
    {
        try
        {
            var local = DateTime.SpecifyKind(TimeZoneInfo.ConvertTime(now, zone).DateTime, DateTimeKind.Unspecified);
            return ToInstant(unit switch
            {
                'h' => local.AddHours(-amount),
                'd' => local.AddDays(-amount),
                'w' => local.AddDays(-7 * amount),
                'm' => StepBack(local, amount, 1),
                _ => StepBack(local, amount, 12),
            });
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    // One step at a time: the day is clamped at each month passed, so two months before March 31 is January 28 (or 29), not 31.
    private static DateTime StepBack(DateTime local, int steps, int months)
    {
        for (var i = 0; i < steps; i++)
        {
            local = local.AddMonths(-months);
        }

        return local;
    }
}
