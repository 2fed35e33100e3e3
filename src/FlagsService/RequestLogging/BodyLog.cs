using System.Text;
using FlagsService.Flags;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace FlagsService.RequestLogging;

/// <summary>Request and answer of the teams that asked for it, so that somebody can see what their SDK sends.</summary>
internal sealed class BodyLog(Serilog.ILogger logger, LoggingOptions options, TimeProvider time)
{
    internal const string Source = "feature_flags::flags_body_log";
    private static readonly MessageTemplate Template = new MessageTemplateParser().Parse("logged");
    private readonly Serilog.ILogger log = logger.ForContext(Constants.SourceContextPropertyName, Source);
    private volatile BodyLogTeams teams = options.ParsedBodyTeams;

    /// <summary>The teams in force; replaced as a whole.</summary>
    internal BodyLogTeams Teams
    {
        get => teams;
        set => teams = value;
    }

    /// <summary>Writes one exchange if its team is among them; a look at one field where nobody is.</summary>
    internal void Write(int teamId, FlagsRequest request, in FlagsResponse response)
    {
        if (teams.Count > 0 && teams.TryGet(teamId, out var patterns) && response.Results is not null && log.IsEnabled(LogEventLevel.Information))
        {
            log.Write(new LogEvent(time.GetUtcNow(), LogEventLevel.Information, null, Template, Describe(teamId, patterns, request.Body, response)));
        }
    }

    private IEnumerable<LogEventProperty> Describe(int teamId, string[] patterns, ReadOnlyMemory<byte> body, in FlagsResponse response)
    {
        // Redacted first and cut after: half a token would no longer be known for one.
        var isCut = TokenRedactor.Truncate(TokenRedactor.Redact(Encoding.UTF8.GetString(body.Span)), options.BodyBytes, out var requestBody);
        var (responseBody, logged) = Render(patterns, response);
        return
        [
            Property("request_id", response.RequestId.ToString()),
            Property("team_id", teamId),
            Property("request_body", requestBody),
            Property("response_flags_body", responseBody),
            Property("request_truncated", isCut),
            Property("request_original_size_bytes", body.Length),
            Property("response_filter_patterns", string.Join(',', patterns)),
            Property("response_flag_count_total", response.Results!.Count),
            Property("response_flag_count_logged", logged),
        ];
    }

    private static (string Json, int Logged) Render(string[] patterns, in FlagsResponse response)
    {
        var results = response.Results!;
        var json = new StringBuilder();
        json.Append("{\"errorsWhileComputingFlags\":").Append(results.ErrorsWhileComputing ? "true" : "false").Append(",\"flags\":{");
        var logged = 0;
        foreach (var outcome in results.Outcomes)
        {
            if (Array.Exists(patterns, pattern => FlagKeyPattern.Matches(pattern, outcome.Flag.Key)))
            {
                json.Append(logged++ == 0 ? "" : ",").Append(Encoding.UTF8.GetString(outcome.V2Member.Span));
            }
        }

        json.Append("},\"requestId\":\"").Append(response.RequestId).Append("\",\"evaluatedAt\":").Append(response.EvaluatedAt).Append('}');
        return (json.ToString(), logged);
    }

    private static LogEventProperty Property(string name, object value) => new(name, new ScalarValue(value));
}
