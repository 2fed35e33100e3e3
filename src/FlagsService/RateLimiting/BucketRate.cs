namespace FlagsService.RateLimiting;

/// <summary>How much a bucket holds and how fast it fills.</summary>
/// <param name="Capacity">Requests that pass at once when the bucket is full.</param>
/// <param name="Period">Time that one more takes to come.</param>
/// <param name="WarnAbove">Requests out of the full bucket after which passing ones are warned; at <paramref name="Capacity"/> none is.</param>
internal readonly record struct BucketRate(int Capacity, TimeSpan Period, int WarnAbove)
{
    /// <summary>A rate of a second or more is rounded to whole requests, a slower one to whole milliseconds.</summary>
    internal static BucketRate PerSecond(double refill, int capacity, double warnRatio)
    {
        var period = refill >= 1 ? TimeSpan.FromSeconds(1 / Math.Round(refill)) : TimeSpan.FromMilliseconds(Math.Round(1000 / refill));
        var warn = (int)(capacity * warnRatio);
        return new BucketRate(capacity, period, warn > 0 && warn < capacity ? warn : capacity);
    }

    internal static BucketRate PerMinute(int count) => Of(count, TimeSpan.FromMinutes(1));

    /// <summary>Reads <c>1200/minute</c>; the first letter of the period decides. Null for what is no rate.</summary>
    internal static BucketRate? TryParse(string? text)
    {
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0 || !int.TryParse(text.AsSpan(0, slash).Trim(), out var count) || count <= 0)
        {
            return null;
        }

        return text.AsSpan(slash + 1).Trim() switch
        {
            ['s' or 'S', ..] => Of(count, TimeSpan.FromSeconds(1)),
            ['m' or 'M', ..] => Of(count, TimeSpan.FromMinutes(1)),
            ['h' or 'H', ..] => Of(count, TimeSpan.FromHours(1)),
            ['d' or 'D', ..] => Of(count, TimeSpan.FromDays(1)),
            _ => null,
        };
    }

    private static BucketRate Of(int count, TimeSpan period) => new(count, period / count, count);
}
