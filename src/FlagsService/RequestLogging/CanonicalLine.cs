using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using FlagsService.Evaluation.Lookups;
using FlagsService.Evaluation.Results;
using Serilog.Events;

namespace FlagsService.RequestLogging;

/// <summary>What one request was and what became of it. Filled on the request's way, written by the logger's own thread; it never holds a token.</summary>
internal sealed class CanonicalLine : LogEventPropertyValue, IJsonFields
{
    private const int LongestAgent = 512;
    private readonly long started = Stopwatch.GetTimestamp();

    internal required Guid RequestId { get; init; }

    internal required string Method { get; init; }

    /// <summary>The route, not the path: a path may hold a token.</summary>
    internal string? Route { get; init; }

    internal IPAddress? ClientAddress { get; init; }

    internal string? UserAgent { get; init; }

    internal double? QueueTime { get; init; }

    internal int? TeamId { get; set; }

    internal string? TeamSource { get; set; }

    internal string? DistinctId { get; set; }

    internal string? DeviceId { get; set; }

    internal string? AnonymousId { get; set; }

    internal string? Library { get; set; }

    internal string? LibraryVersion { get; set; }

    internal int? ApiVersion { get; set; }

    internal bool FlagsDisabled { get; set; }

    internal bool? QuotaLimited { get; set; }

    internal bool? RateLimited { get; set; }

    internal bool? RateLimitWarned { get; set; }

    internal string? FlagsSource { get; set; }

    internal string? ErrorCode { get; set; }

    private int? FlagsEvaluated { get; set; }

    private int FlagsErrored { get; set; }

    private LookupPlan? Plan { get; set; }

    private string HashKeyStatus { get; set; } = "skipped";

    private double PreHandlerTime { get; set; }

    private double PermitTime { get; set; }

    private double BodyTime { get; set; }

    private double LookupTime { get; set; }

    private double Duration { get; set; }

    private int Status { get; set; }

    internal void HandlerReached(TimeSpan waitedForPermit)
    {
        PermitTime = waitedForPermit.TotalMilliseconds;
        PreHandlerTime = Elapsed;
    }

    internal void BodyRead(TimeSpan took) => BodyTime = took.TotalMilliseconds;

    internal void Evaluated(EvaluationResults results, LookupPlan plan, LookupResult lookup, TimeSpan lookupTook)
    {
        FlagsEvaluated = results.Count;
        FlagsErrored = results.ErrorsWhileComputing ? Failed(results) : 0;
        Plan = plan;
        LookupTime = lookupTook.TotalMilliseconds;
        HashKeyStatus = !plan.NeedsHashKeyOverrides ? "skipped" : lookup.HashKeyFailure is not null ? "error" : lookup.HashKeyOverrides is { Count: > 0 } ? "found" : "empty";
    }

    internal void Answered(int status)
    {
        Status = status;
        Duration = Elapsed;
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        Span<char> id = stackalloc char[36];
        RequestId.TryFormat(id, out _);
        json.WriteString("request_id", id);
        json.WriteString("method", Method);
        json.WriteString("route", Route);
        json.WriteNumber("http_status", Status);
        Number(json, "duration_ms", Duration);
        Text(json, "error_code", ErrorCode);
        Number(json, "team_id", TeamId);
        Text(json, "team_cache_source", TeamSource);
        Text(json, "ip", ClientAddress?.ToString());
        Text(json, "user_agent", UserAgent is { Length: > LongestAgent } agent ? agent[..LongestAgent] : UserAgent);
        var fromAgent = ClientLibrary.OfAgent(UserAgent);
        Text(json, "lib", Library ?? fromAgent.Name);
        Text(json, "lib_version", LibraryVersion ?? fromAgent.Version);
        Number(json, "queue_time_ms", QueueTime);
        Flag(json, "rate_limited", RateLimited);
        Flag(json, "rate_limit_warned", RateLimitWarned);
        Flag(json, "quota_limited", QuotaLimited);
        if (PreHandlerTime > 0)
        {
            WriteEvaluation(json);
        }
    }

    public override void Render(TextWriter output, string? format = null, IFormatProvider? formatProvider = null)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            WriteTo(json);
            json.WriteEndObject();
        }

        output.Write(TokenRedactor.Redact(Encoding.UTF8.GetString(bytes.ToArray())));
    }

    private double Elapsed => Stopwatch.GetElapsedTime(started).TotalMilliseconds;

    private void WriteEvaluation(Utf8JsonWriter json)
    {
        Text(json, "distinct_id", FlagsDisabled ? "disabled" : DistinctId);
        Text(json, "device_id", DeviceId);
        Text(json, "anon_distinct_id", AnonymousId);
        Number(json, "api_version", ApiVersion);
        json.WriteBoolean("flags_disabled", FlagsDisabled);
        Number(json, "pre_handler_duration_ms", PreHandlerTime);
        Number(json, "concurrency_limit_wait_ms", PermitTime);
        Number(json, "body_read_ms", BodyTime);
        Text(json, "flags_cache_source", FlagsSource);
        if (FlagsEvaluated is not { } evaluated)
        {
            return;
        }

        json.WriteNumber("flags_evaluated", evaluated);
        json.WriteNumber("flags_errored", FlagsErrored);
        json.WriteNumber("flags_experience_continuity", Plan!.ContinuityFlagKeys.Count);
        json.WriteString("evaluation_type", "sequential");
        json.WriteString("hash_key_override_status", HashKeyStatus);
        json.WriteNumber("db_property_fetches", Plan.NeedsProperties ? 1 : 0);
        json.WriteNumber("person_queries", Plan.NeedsProperties ? 1 : 0);
        json.WriteNumber("group_queries", Plan.Groups.Count > 0 ? 1 : 0);
        json.WriteNumber("static_cohort_queries", Plan.StaticCohortIds.Count > 0 ? 1 : 0);
        Number(json, "person_query_time_ms", LookupTime);
    }

    private static int Failed(EvaluationResults results)
    {
        var failed = 0;
        foreach (var outcome in results.Outcomes)
        {
            failed += outcome.Failed ? 1 : 0;
        }

        return failed;
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(name, value);
        }
    }

    private static void Flag(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } given)
        {
            json.WriteBoolean(name, given);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } given)
        {
            json.WriteNumber(name, given);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } given)
        {
            json.WriteNumber(name, Math.Round(given, 3));
        }
    }
}
