using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace FlagsService.Observability;

/// <summary>Collects every instrument of this service's meters and writes them as Prometheus text. The registry has no exporter package, so this is one.</summary>
internal sealed class PrometheusText : IDisposable
{
    private static readonly double[] Bounds = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000];
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> series = new();

    public PrometheusText()
    {
        listener.InstrumentPublished = static (instrument, self) =>
        {
            if (instrument.Meter.Name == "FlagsService")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.Start();
    }

    public void Dispose() => listener.Dispose();

    internal string Write()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var group in series.GroupBy(pair => pair.Key.Instrument).OrderBy(group => group.Key.Name, StringComparer.Ordinal))
        {
            var instrument = group.Key;
            var isHistogram = IsHistogram(instrument);
            text.Append(CultureInfo.InvariantCulture, $"# HELP {instrument.Name} {instrument.Description}\n# TYPE {instrument.Name} {(isHistogram ? "histogram" : IsCounter(instrument) ? "counter" : "gauge")}\n");
            foreach (var ((_, labels), values) in group.OrderBy(pair => pair.Key.Labels, StringComparer.Ordinal))
            {
                values.Write(text, instrument.Name, labels, isHistogram);
            }
        }

        return text.ToString();
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = tags.IsEmpty ? "" : Labels(tags);
        var target = series.GetOrAdd((instrument, labels), static _ => new Series());
        if (IsHistogram(instrument))
        {
            target.Observe(value);
        }
        else if (IsCounter(instrument))
        {
            target.Add(value);
        }
        else
        {
            target.Set(value);
        }
    }

    private static bool IsHistogram(Instrument instrument) => instrument is Histogram<double> or Histogram<long>;

    private static bool IsCounter(Instrument instrument) => instrument is Counter<long> or Counter<double> or ObservableCounter<long>;

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            labels.Append(labels.Length == 0 ? "" : ",").Append(name).Append("=\"")
                .Append(text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('"');
        }

        return labels.ToString();
    }

    private sealed class Series
    {
        private readonly long[] buckets = new long[Bounds.Length + 1];
        private double sum;

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
            while (bucket < Bounds.Length && value > Bounds[bucket])
            {
                bucket++;
            }

            Interlocked.Increment(ref buckets[bucket]);
            Add(value);
        }

        internal void Write(StringBuilder text, string name, string labels, bool isHistogram)
        {
            if (!isHistogram)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{(labels.Length == 0 ? "" : $"{{{labels}}}")} {Volatile.Read(ref sum)}\n");
                return;
            }

            var separator = labels.Length == 0 ? "" : ",";
            var total = 0L;
            for (var i = 0; i < buckets.Length; i++)
            {
                total += Interlocked.Read(ref buckets[i]);
                var bound = i < Bounds.Length ? Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels}{separator}le=\"{bound}\"}} {total}\n");
            }

            var suffix = labels.Length == 0 ? "" : $"{{{labels}}}";
            text.Append(CultureInfo.InvariantCulture, $"{name}_sum{suffix} {Volatile.Read(ref sum)}\n{name}_count{suffix} {total}\n");
        }
    }
}
