using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FlagsService.TestKit.Leaks;

/// <summary>Looks for secrets in everything a server gives away besides answers: log lines, metrics, traces, Redis commands and keys.</summary>
/// <remarks>It looks in its own way, not in the redactor's, so that what the redactor overlooks is still seen.</remarks>
public sealed class LeakWatch(Predicate<string> listensTo) : IDisposable
{
    /// <summary>Part of every secret that tests make up.</summary>
    public const string Marker = "LEAKMARKER";

    /// <summary>Meters and sources named so belong to the tests of the watch itself.</summary>
    public const string ProofSource = "LeakWatch.Proof";

    private const int Recognisable = 16;
    private const int Context = 60;
    private static readonly string[] Prefixes = ["phs_", "phx_", "pha_", "phr_"];
    private readonly ConcurrentDictionary<string, byte> secrets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> seen = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> clean = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> findings = new();
    private MeterListener? meters;
    private ActivityListener? activities;

    /// <summary>The watch over this test process. The client's own requests are the tests' and not the server's.</summary>
    public static LeakWatch Current { get; } = new(static name => name is not (ProofSource or "System.Net.Http"));

    /// <summary>What was found, and where.</summary>
    public IReadOnlyCollection<string> Findings => findings;

    /// <summary>A secret of the tests' own that no store knows.</summary>
    public static string MadeUp(string rest) => "phs_" + Marker + rest;

    /// <summary>How many texts a sink has shown.</summary>
    public int Seen(string sink) => seen.GetValueOrDefault(sink);

    /// <summary>Adds a secret that a store made: from now on any recognisable part of it is a leak.</summary>
    public void Add(string? secret)
    {
        if (secret is { Length: >= Recognisable + 4 })
        {
            secrets.TryAdd(secret.Substring(4, Recognisable), 0);
            secrets.TryAdd(secret[^Recognisable..], 0);
        }
    }

    /// <summary>Looks at what came out of a sink.</summary>
    public void Observe(string sink, string? text)
    {
        seen.AddOrUpdate(sink, 1, static (_, count) => count + 1);
        if (!string.IsNullOrEmpty(text) && Find(text) is >= 0 and var at)
        {
            var start = Math.Max(0, at - Context);
            findings.Enqueue($"{sink}: ...{text[start..Math.Min(text.Length, at + Context)]}");
        }
    }

    /// <summary>Starts to listen to meters and activity sources.</summary>
    public void Listen()
    {
        meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (listensTo(instrument.Meter.Name))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Observe(instrument, tags));
        meters.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Observe(instrument, tags));
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Observe(instrument, tags));
        meters.Start();
        activities = new ActivityListener
        {
            ShouldListenTo = source => listensTo(source.Name),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Observe,
        };
        ActivitySource.AddActivityListener(activities);
    }

    /// <summary>Fails when anything was found.</summary>
    public void Verify()
    {
        if (!findings.IsEmpty)
        {
            throw new LeakException(findings);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        meters?.Dispose();
        activities?.Dispose();
    }

    private int Find(string text)
    {
        var at = text.IndexOf(Marker, StringComparison.OrdinalIgnoreCase);
        foreach (var prefix in Prefixes)
        {
            for (var next = text.IndexOf(prefix, StringComparison.Ordinal); at < 0 && next >= 0; next = text.IndexOf(prefix, next + 1, StringComparison.Ordinal))
            {
                at = next + prefix.Length < text.Length && char.IsAsciiLetterOrDigit(text[next + prefix.Length]) && !IsInsideWord(text, next, prefix) ? next : -1;
            }
        }

        foreach (var (part, _) in secrets)
        {
            at = at < 0 ? text.IndexOf(part, StringComparison.Ordinal) : at;
        }

        return at;
    }

    // As in alpha_one.
    private static bool IsInsideWord(string text, int at, string prefix) => prefix is "pha_" or "phr_" && at > 0 && char.IsAsciiLetterOrDigit(text[at - 1]);

    private void Observe(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
        {
            var label = $"{instrument.Name}{{{name}={value}}}";
            if (clean.TryAdd(label, 0))
            {
                Observe("metric", label);
            }
        }
    }

    private void Observe(Activity activity)
    {
        Observe("trace", $"{activity.Source.Name} {activity.DisplayName} {activity.StatusDescription} {activity.TraceStateString}");
        foreach (var (name, value) in activity.TagObjects)
        {
            Observe("trace", $"{activity.DisplayName} {name}={value}");
        }

        foreach (var (name, value) in activity.Baggage)
        {
            Observe("trace", $"{activity.DisplayName} {name}={value}");
        }

        foreach (var happened in activity.Events)
        {
            Observe("trace", $"{happened.Name} {string.Join(' ', happened.Tags)}");
        }
    }
}
