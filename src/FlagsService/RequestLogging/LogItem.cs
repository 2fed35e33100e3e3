using Serilog.Events;

namespace FlagsService.RequestLogging;

/// <summary>What waits to be written: an event of the logger, or the line of a request, which would cost more as an event than as a line.</summary>
internal readonly record struct LogItem(LogEvent? Event, CanonicalLine? Request);
