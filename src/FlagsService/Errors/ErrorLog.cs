namespace FlagsService.Errors;

internal static partial class ErrorLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "A request to {Route} failed unexpectedly")]
    internal static partial void Unexpected(ILogger logger, string route, Exception exception);
}
