using System.Globalization;
using System.Text;

namespace FlagsService.Observability;

/// <summary>One number, or one histogram, under one set of label values.</summary>
internal sealed class MetricSeries(KeyValuePair<string, object?>[] tags, string labels, double[] bounds)
{
    private readonly long[] buckets = new long[bounds.Length + 1];
    private double sum;

    internal string Labels { get; } = labels;

    internal bool Is(ReadOnlySpan<KeyValuePair<string, object?>> others)
    {
        if (others.Length != tags.Length)
        {
            return false;
        }

        for (var i = 0; i < tags.Length; i++)
        {
            if (!string.Equals(others[i].Key, tags[i].Key, StringComparison.Ordinal) || !Equals(others[i].Value, tags[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    internal void Add(double value)
    {
        double before;
        do
        {
            before = Volatile.Read(ref sum);
        }
        while (Interlocked.CompareExchange(ref sum, before + value, before) != before);
    }

    internal void Set(double value) => Volatile.Write(ref sum, value);

    internal void Observe(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref buckets[bucket]);
        Add(value);
    }

    internal void Write(StringBuilder text, string name, bool isHistogram)
    {
        var suffix = Labels.Length == 0 ? "" : $"{{{Labels}}}";
        if (!isHistogram)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}{suffix} {Volatile.Read(ref sum)}\n");
            return;
        }

        var separator = Labels.Length == 0 ? "" : ",";
        var total = 0L;
        for (var i = 0; i < buckets.Length; i++)
        {
            total += Interlocked.Read(ref buckets[i]);
            var bound = i < bounds.Length ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{Labels}{separator}le=\"{bound}\"}} {total}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{name}_sum{suffix} {Volatile.Read(ref sum)}\n{name}_count{suffix} {total}\n");
    }
}
