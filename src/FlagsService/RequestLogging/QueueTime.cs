using System.Globalization;

namespace FlagsService.RequestLogging;

/// <summary>How long a request waited in front of the server, from the load balancer's <c>X-Request-Start: t=1718452800.123</c>. What is not exactly that is passed over.</summary>
internal static class QueueTime
{
    internal static TimeSpan? Of(string? header, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(header))
        {
            return null;
        }

        var text = header.AsSpan();
        text = text.StartsWith("t=", StringComparison.Ordinal) ? text[2..] : text;
        var dot = text.IndexOf('.');
        var fraction = dot < 0 ? default : text[(dot + 1)..];
        if (dot == text.Length - 1 || fraction.ContainsAnyExceptInRange('0', '9')
            || !long.TryParse(dot < 0 ? text : text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 253_402_300_799)
        {
            return null;
        }

        var milliseconds = 0;
        for (var i = 0; i < 3; i++)
        {
            milliseconds = (milliseconds * 10) + (i < fraction.Length ? fraction[i] - '0' : 0);
        }

        var waited = now.ToUnixTimeMilliseconds() - (seconds * 1000) - milliseconds;
        return waited < 0 ? null : TimeSpan.FromMilliseconds(waited);
    }
}
