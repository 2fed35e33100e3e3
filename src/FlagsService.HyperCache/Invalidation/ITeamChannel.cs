namespace FlagsService.HyperCache.Invalidation;

/// <summary>Carries messages between servers: fast, and allowed to lose some.</summary>
public interface ITeamChannel
{
    /// <summary>Tells every server, this one included; false when it could not be sent.</summary>
    ValueTask<bool> PublishAsync(TeamMessage message, CancellationToken cancellationToken);

    /// <summary>Messages as they arrive. Null stands for messages that may have been missed: it comes first, and after every lost connection. Ends only with the token.</summary>
    IAsyncEnumerable<TeamMessage?> ListenAsync(CancellationToken cancellationToken);
}
