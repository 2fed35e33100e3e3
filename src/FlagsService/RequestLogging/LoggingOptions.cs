using Serilog.Events;

namespace FlagsService.RequestLogging;

/// <summary>Section <c>FlagsService:Logging</c>.</summary>
internal sealed class LoggingOptions
{
    internal const string Section = "FlagsService:Logging";

    /// <summary>Lowest level logged.</summary>
    public LogEventLevel Level { get; set; } = LogEventLevel.Information;

    /// <summary>Lowest level of what the framework logs.</summary>
    public LogEventLevel FrameworkLevel { get; set; } = LogEventLevel.Warning;

    /// <summary>Lowest level of the line that sums up a request; unset = as everything else. Those lines are Information.</summary>
    public LogEventLevel? RequestLevel { get; set; }

    /// <summary>How many events may wait for standard output; beyond that they are dropped and counted.</summary>
    public int QueueCapacity { get; set; } = 10_000;

    /// <summary>Teams whose request and response bodies are logged: <c>12,13</c>, or with the flags to show <c>{"12":["checkout-*"]}</c>. The database's list, where it has one, takes its place.</summary>
    public string? BodyTeams { get; set; }

    /// <summary>Where a logged request body is cut.</summary>
    public int BodyBytes { get; set; } = 65_536;

    internal BodyLogTeams ParsedBodyTeams { get; private set; } = BodyLogTeams.None;

    /// <summary>Everything that is wrong, at once.</summary>
    internal void Validate()
    {
        var faults = new List<string>();
        if (QueueCapacity < 1)
        {
            faults.Add($"{Section}:{nameof(QueueCapacity)} is less than 1");
        }

        if (BodyBytes < 1)
        {
            faults.Add($"{Section}:{nameof(BodyBytes)} is less than 1");
        }

        if (BodyLogTeams.TryParse(BodyTeams, out var teams, out var fault))
        {
            ParsedBodyTeams = teams;
        }
        else
        {
            faults.Add($"{Section}:{nameof(BodyTeams)}: {fault}");
        }

        if (faults.Count > 0)
        {
            throw new InvalidOperationException(string.Join("; ", faults));
        }
    }
}
