using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using FlagsService.TestKit.Leaks;

namespace FlagsService.TestKit.Sinks;

/// <summary>What a server wrote to its log, line by line, as it would have stood on standard output.</summary>
public sealed class CapturedLines(LeakWatch? watch = null) : TextWriter
{
    private readonly ConcurrentQueue<string> lines = new();
    private readonly StringBuilder current = new();

    /// <inheritdoc />
    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>The lines so far.</summary>
    public IReadOnlyCollection<string> Lines => lines;

    /// <inheritdoc />
    public override void Write(char value)
    {
        if (value != '\n')
        {
            current.Append(value);
            return;
        }

        var line = current.ToString();
        lines.Enqueue(line);
        (watch ?? LeakWatch.Current).Observe("log", line);
        current.Clear();
    }

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<char> buffer)
    {
        foreach (var c in buffer)
        {
            Write(c);
        }
    }

    /// <inheritdoc />
    public override void Write(string? value) => Write(value.AsSpan());

    /// <summary>Waits for a line whose message is this one and that meets a condition.</summary>
    public async Task<JsonElement> WaitForAsync(string message, Predicate<JsonElement>? condition = null)
    {
        for (var attempt = 0; attempt < 400; attempt++)
        {
            foreach (var line in lines.Reverse())
            {
                var entry = JsonElement.Parse(line);
                if (entry.GetProperty("message").ValueEquals(message) && condition?.Invoke(entry) != false)
                {
                    return entry;
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        throw new TimeoutException($"No line \"{message}\" among {lines.Count}.");
    }
}
