using System.Globalization;

namespace FlagsService.LoadTests.OpenLoop;

/// <summary>How long each request took.</summary>
internal sealed class Latencies(int count)
{
    private readonly double[] microseconds = new double[count];
    private int failed;

    internal int Failed => failed;

    internal void Record(int number, TimeSpan latency, bool succeeded)
    {
        microseconds[number] = latency.TotalMicroseconds;
        if (!succeeded)
        {
            Interlocked.Increment(ref failed);
        }
    }

    internal string ToLine()
    {
        var sorted = microseconds.Order().ToArray();
        double[] quantiles = [0.5, 0.9, 0.99, 0.999, 1];
        var values = quantiles.Select(quantile => sorted[Math.Max(0, (int)Math.Ceiling(quantile * sorted.Length) - 1)].ToString("F0", CultureInfo.InvariantCulture));
        return string.Create(CultureInfo.InvariantCulture, $"{count}\t{failed}\t{string.Join('\t', values)}");
    }
}
