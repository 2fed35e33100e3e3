using Serilog.Events;

namespace FlagsService.RequestLogging;

/// <summary>The end of every log event: a line without secrets on standard output. What stands here in its place, in tests for instance, sees lines and never events. Belongs to one thread.</summary>
internal sealed class LogOutput(TextWriter lines)
{
    private readonly JsonLines format = new();

    internal void Write(LogEvent logEvent) => format.Format(logEvent, lines);

    internal void Flush() => lines.Flush();

    /// <summary>Standard output as it is, without the console's encoder in between.</summary>
    internal static LogOutput Console() => new(new StreamWriter(System.Console.OpenStandardOutput(), new System.Text.UTF8Encoding(false), 16 * 1024));
}
