using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace FlagsService.Observability;

/// <summary>Collects every instrument of this service's meters and of the runtime's, with the pools of the database driver, and writes them as Prometheus text. The registry has no exporter package, so this is one.</summary>
internal sealed class PrometheusText : IDisposable
{
    private const string OwnMeter = "FlagsService";
    private const string RuntimeMeter = "System.Runtime";
    private const string DriverMeter = "Npgsql";
    private readonly MeterListener listener = new();
    private readonly ConcurrentQueue<InstrumentSeries> instruments = [];

    public PrometheusText()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name is OwnMeter or RuntimeMeter || IsPool(instrument))
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

    // What the driver measures for each statement would cost the requests; how full its pools are is only asked for here.
    private static bool IsPool(Instrument instrument) => instrument.Meter.Name == DriverMeter && instrument.IsObservable && instrument.Name.StartsWith("db.client.connection.", StringComparison.Ordinal);

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
