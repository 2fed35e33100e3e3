namespace FlagsService.Management;

internal static partial class ManagementLog
{
    [LoggerMessage(EventId = 60, Level = LogLevel.Information, Message = "{Operation} on team {TeamId} by user {UserId}")]
    internal static partial void Changed(ILogger logger, TokenOperation operation, int teamId, int? userId);

    [LoggerMessage(EventId = 61, Level = LogLevel.Warning, Message = "Step {Step} after a token change of team {TeamId} failed ({Trouble}); it is repeated")]
    internal static partial void StepFailed(ILogger logger, string step, int teamId, string trouble);
}
