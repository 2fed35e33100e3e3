using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace FlagsService.Observability;

/// <summary>The series of one instrument, by label values. A measurement finds its series by comparing, and builds no text.</summary>
internal sealed class InstrumentSeries
{
    private static readonly double[] Milliseconds = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000];
    private readonly Lock additions = new();
    private readonly double[] bounds;
    private readonly bool adds;
    private volatile MetricSeries[] all = [];

    internal InstrumentSeries(Instrument instrument)
    {
        var kind = instrument.GetType().GetGenericTypeDefinition();
        IsHistogram = kind == typeof(Histogram<>);
        adds = kind == typeof(Counter<>) || kind == typeof(UpDownCounter<>);
        var isCounter = kind == typeof(Counter<>) || kind == typeof(ObservableCounter<>);
        Type = IsHistogram ? "histogram" : isCounter ? "counter" : "gauge";
        Description = instrument.Description ?? "";
        bounds = !IsHistogram ? [] : AdvisedBounds(instrument) ?? Milliseconds;

        // Instruments of the runtime are named with dots and without the suffix.
        Name = !instrument.Name.Contains('.', StringComparison.Ordinal) ? instrument.Name : instrument.Name.Replace('.', '_') + (isCounter ? "_total" : "");
    }

    internal string Name { get; }

    internal string Description { get; }

    internal string Type { get; }

    private bool IsHistogram { get; }

    internal void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var target = Find(all, tags) ?? Add(tags);
        if (IsHistogram)
        {
            target.Observe(value);
        }
        else if (adds)
        {
            target.Add(value);
        }
        else
        {
            target.Set(value);
        }
    }

    internal void Write(StringBuilder text)
    {
        foreach (var series in all.OrderBy(series => series.Labels, StringComparer.Ordinal))
        {
            series.Write(text, Name, IsHistogram);
        }
    }

    private static double[]? AdvisedBounds(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(bound => (double)bound)],
        _ => null,
    };

    private static MetricSeries? Find(MetricSeries[] all, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var series in all)
        {
            if (series.Is(tags))
            {
                return series;
            }
        }

        return null;
    }

    private MetricSeries Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (additions)
        {
            if (Find(all, tags) is { } present)
            {
                return present;
            }

            var added = new MetricSeries(tags.ToArray(), LabelText(tags), bounds);
            all = [.. all, added];
            return added;
        }
    }

    private static string LabelText(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            labels.Append(labels.Length == 0 ? "" : ",").Append(name.Replace('.', '_')).Append("=\"")
                .Append(text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        }

        return labels.ToString();
    }
}
