using Serilog.Core;
using Serilog.Events;

namespace FlagsService.RequestLogging;

/// <summary>The end of every log event: a line without secrets on standard output. What stands here in its place, in tests for instance, sees lines and never events.</summary>
internal sealed class LogOutput(TextWriter lines, LogQueue? queue = null) : ILogEventSink
{
    private readonly JsonLines format = new();
    private readonly Lock gate = new();

    public void Emit(LogEvent logEvent)
    {
        lock (gate)
        {
            format.Format(logEvent, lines);

            // What comes next takes this line along: one write of many lines when there are many.
            if (queue is null or { IsEmpty: true })
            {
                lines.Flush();
            }
        }
    }

    /// <summary>Standard output as it is, without the console's encoder in between.</summary>
    internal static LogOutput Console(LogQueue queue) => new(new StreamWriter(System.Console.OpenStandardOutput(), new System.Text.UTF8Encoding(false), 16 * 1024), queue);
}
