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
}
