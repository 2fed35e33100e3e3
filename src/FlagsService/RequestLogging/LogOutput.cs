namespace FlagsService.RequestLogging;

/// <summary>The end of everything that is logged: a line without secrets on standard output. What stands here in its place, in tests for instance, sees lines and nothing else. Belongs to one thread.</summary>
internal sealed class LogOutput(TextWriter lines) : IDisposable
{
    private readonly JsonLines format = new();

    public void Dispose() => format.Dispose();

    internal void Write(in LogItem item)
    {
        if (item.Request is { } line)
        {
            format.Format(line, lines);
        }
        else
        {
            format.Format(item.Event!, lines);
        }
    }

    internal void Flush() => lines.Flush();

    /// <summary>Standard output as it is, without the console's encoder in between.</summary>
    internal static LogOutput Console() => new(new StreamWriter(System.Console.OpenStandardOutput(), new System.Text.UTF8Encoding(false), 64 * 1024));
}
