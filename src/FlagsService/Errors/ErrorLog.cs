namespace FlagsService.Errors;

internal static partial class ErrorLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "A request to {Path} failed unexpectedly")]
    internal static partial void Unexpected(ILogger logger, PathString path, Exception exception);
}
