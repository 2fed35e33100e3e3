using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace FlagsService.Observability;

/// <summary>Collects every instrument of this service's meters and of the runtime's, and writes them as Prometheus text. The registry has no exporter package, so this is one.</summary>
internal sealed class PrometheusText : IDisposable
{
    private const string OwnMeter = "FlagsService";
    private const string RuntimeMeter = "System.Runtime";
    private readonly MeterListener listener = new();
    private readonly ConcurrentQueue<InstrumentSeries> instruments = [];

    public PrometheusText()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name is OwnMeter or RuntimeMeter)
            {
                var series = new InstrumentSeries(instrument);
                instruments.Enqueue(series);
                self.EnableMeasurementEvents(instrument, series);
            }
        };
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, series) => ((InstrumentSeries)series!).Record(value, tags));
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, series) => ((InstrumentSeries)series!).Record(value, tags));
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, series) => ((InstrumentSeries)series!).Record(value, tags));
        listener.Start();
    }

    public void Dispose() => listener.Dispose();

    internal string Write()
    {
        listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var same in instruments.GroupBy(instrument => instrument.Name, StringComparer.Ordinal).OrderBy(same => same.Key, StringComparer.Ordinal))
        {
            var first = same.First();
            text.Append(CultureInfo.InvariantCulture, $"# HELP {first.Name} {first.Description}\n# TYPE {first.Name} {first.Type}\n");
            foreach (var instrument in same)
            {
                instrument.Write(text);
            }
        }

        return text.ToString();
    }
}
