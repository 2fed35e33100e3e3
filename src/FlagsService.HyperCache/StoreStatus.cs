namespace FlagsService.HyperCache;

/// <summary>Absent and unavailable are different answers everywhere: only <see cref="Miss"/> may be remembered as an absence.</summary>
public enum StoreStatus
{
    /// <summary>Nobody could tell: a timeout, a closed connection, an open circuit. Answered as 503.</summary>
    Unavailable,

    /// <summary>Definitely absent.</summary>
    Miss,

    /// <summary>Found.</summary>
    Hit,
}
