using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using FlagsService.HyperCache.Quotas;
using FlagsService.HyperCache.Teams;

namespace FlagsService.Quotas;

/// <summary>Which projects are over a quota: maps that are swapped whole and never change. A request only looks up, by the project's public token whatever token it came with.</summary>
internal sealed class QuotaLimits : IDisposable
{
    private const string Member = "quotaLimited";
    private const string RecordingsName = "recordings";
    private static readonly IReadOnlyDictionary<string, long> Nobody = new Dictionary<string, long>(StringComparer.Ordinal);
    private readonly TimeProvider time;
    private readonly Meter meter = new("FlagsService");
    private readonly Counter<long> limitedRequests;
    private volatile IReadOnlyDictionary<string, long> flagRequests = Nobody;
    private volatile IReadOnlyDictionary<string, long> recordings = Nobody;

    public QuotaLimits(TimeProvider time)
    {
        this.time = time;
        limitedRequests = meter.CreateCounter<long>("flags_quota_limited_total", description: "Requests of projects over their quota");
        meter.CreateObservableGauge("feature_flags_billing_limits_loaded_tokens", CountLoaded, description: "Projects over a quota, as last read");
    }

    /// <summary>Whether a project has used up its flag requests; counts those that ask.</summary>
    internal bool RefusesFlags(Team team)
    {
        if (!IsOver(flagRequests, team))
        {
            return false;
        }

        limitedRequests.Add(1);
        return true;
    }

    /// <summary>Swaps what is known of a resource.</summary>
    internal void Replace(QuotaResource resource, IReadOnlyDictionary<string, long> limited)
    {
        if (resource == QuotaResource.Recordings)
        {
            recordings = limited;
        }
        else
        {
            flagRequests = limited;
        }
    }

    /// <summary>States the limits in a browser configuration, once: what a stored one says of recordings is out of date, the rest of it stays.</summary>
    internal void ApplyTo(JsonObject config, Team team, bool refusesFlags = false)
    {
        var names = new List<string>();
        if (refusesFlags)
        {
            names.Add("feature_flags");
        }

        if (IsOver(recordings, team))
        {
            config["sessionRecording"] = false;
            names.Add(RecordingsName);
        }

        if (config[Member] is JsonArray stated)
        {
            names.AddRange(stated.OfType<JsonValue>().Select(value => value.TryGetValue<string>(out var name) ? name : RecordingsName).Where(name => name != RecordingsName));
        }

        config.Remove(Member);
        if (names.Count > 0)
        {
            config[Member] = new JsonArray([.. names.Distinct(StringComparer.Ordinal).Select(name => (JsonNode)name)]);
        }
    }

    public void Dispose() => meter.Dispose();

    // The end is compared here too, so that a limit does not outlive its period while the limits cannot be read.
    private bool IsOver(IReadOnlyDictionary<string, long> limited, Team team) =>
        limited.Count > 0 && limited.TryGetValue(team.PublicToken, out var end) && end >= time.GetUtcNow().ToUnixTimeSeconds();

    private IEnumerable<Measurement<int>> CountLoaded() =>
    [
        new(flagRequests.Count, new KeyValuePair<string, object?>("cache_key", "@posthog/quota-limits/feature_flag_requests")),
        new(recordings.Count, new KeyValuePair<string, object?>("cache_key", "@posthog/quota-limits/recordings")),
    ];
}
