using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using FlagsService.Evaluation.Lookups;
using FlagsService.Evaluation.Results;

namespace FlagsService.RequestLogging;

/// <summary>What one request was and what became of it. Filled on the request's way, written by the logger's own thread; it never holds a token.</summary>
internal sealed class CanonicalLine
{
    private const int LongestAgent = 512;
    private readonly long started = Stopwatch.GetTimestamp();
    private DateTimeOffset ended;
    private ActivityTraceId trace;
    private ActivitySpanId span;
    private TimeSpan preHandler;
    private TimeSpan permit;
    private TimeSpan body;
    private TimeSpan lookup;
    private TimeSpan duration;

    internal required Guid RequestId { get; init; }

    internal required string Method { get; init; }

    /// <summary>The route, not the path: a path may hold a token.</summary>
    internal string? Route { get; init; }

    internal IPAddress? ClientAddress { get; init; }

    internal string? UserAgent { get; init; }

    internal TimeSpan? QueueTime { get; init; }

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

    private int Status { get; set; }

    internal void HandlerReached(TimeSpan waitedForPermit)
    {
        permit = waitedForPermit;
        preHandler = Stopwatch.GetElapsedTime(started);
    }

    internal void BodyRead(TimeSpan took) => body = took;

    internal void Evaluated(EvaluationResults results, LookupPlan plan, LookupResult found, TimeSpan lookupTook)
    {
        FlagsEvaluated = results.Count;
        FlagsErrored = results.ErrorsWhileComputing ? Failed(results) : 0;
        Plan = plan;
        lookup = lookupTook;
        HashKeyStatus = !plan.NeedsHashKeyOverrides ? "skipped" : found.HashKeyFailure is not null ? "error" : found.HashKeyOverrides is { Count: > 0 } ? "found" : "empty";
    }

    internal void Answered(int status, DateTimeOffset now, Activity? activity)
    {
        Status = status;
        duration = Stopwatch.GetElapsedTime(started);
        ended = now;
        (trace, span) = (activity?.TraceId ?? default, activity?.SpanId ?? default);
    }

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString("timestamp", ended.UtcDateTime);
        json.WriteString("level", "information");
        json.WriteString("message", "canonical_log_line");
        Span<char> id = stackalloc char[36];
        RequestId.TryFormat(id, out _);
        json.WriteString("request_id", id);
        json.WriteString("method", Method);
        json.WriteString("route", Route);
        json.WriteNumber("http_status", Status);
        Milliseconds(json, "duration_ms", duration);
        Text(json, "error_code", ErrorCode);
        Number(json, "team_id", TeamId);
        Text(json, "team_cache_source", TeamSource);
        Text(json, "ip", ClientAddress?.ToString());
        Text(json, "user_agent", UserAgent is { Length: > LongestAgent } agent ? agent[..LongestAgent] : UserAgent);
        var fromAgent = ClientLibrary.OfAgent(UserAgent);
        Text(json, "lib", Library ?? fromAgent.Name);
        Text(json, "lib_version", LibraryVersion ?? fromAgent.Version);
        if (QueueTime is { } queued)
        {
            Milliseconds(json, "queue_time_ms", queued);
        }

        Flag(json, "rate_limited", RateLimited);
        Flag(json, "rate_limit_warned", RateLimitWarned);
        Flag(json, "quota_limited", QuotaLimited);
        if (preHandler > TimeSpan.Zero)
        {
            WriteEvaluation(json);
        }

        json.WriteString("source", LoggingRegistration.RequestSource);
        if (trace != default)
        {
            json.WriteString("trace_id", trace.ToHexString());
            json.WriteString("span_id", span.ToHexString());
        }
    }

    private void WriteEvaluation(Utf8JsonWriter json)
    {
        Text(json, "distinct_id", FlagsDisabled ? "disabled" : DistinctId);
        Text(json, "device_id", DeviceId);
        Text(json, "anon_distinct_id", AnonymousId);
        Number(json, "api_version", ApiVersion);
        json.WriteBoolean("flags_disabled", FlagsDisabled);
        Milliseconds(json, "pre_handler_duration_ms", preHandler);
        Milliseconds(json, "concurrency_limit_wait_ms", permit);
        Milliseconds(json, "body_read_ms", body);
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
        Milliseconds(json, "person_query_time_ms", lookup);
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

    /// <summary>With three decimals. By hand: the shortest text of a double costs more than the rest of the line.</summary>
    private static void Milliseconds(Utf8JsonWriter json, string name, TimeSpan time)
    {
        Span<byte> text = stackalloc byte[32];
        var (milliseconds, microseconds) = Math.DivRem(time.Ticks / TimeSpan.TicksPerMicrosecond, 1000);
        milliseconds.TryFormat(text, out var length, provider: CultureInfo.InvariantCulture);
        text[length++] = (byte)'.';
        text[length++] = (byte)('0' + (microseconds / 100));
        text[length++] = (byte)('0' + (microseconds / 10 % 10));
        text[length++] = (byte)('0' + (microseconds % 10));
        json.WritePropertyName(name);
        json.WriteRawValue(text[..length], skipInputValidation: true);
    }
}
