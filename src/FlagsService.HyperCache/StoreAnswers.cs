namespace FlagsService.HyperCache;

/// <summary>Makes <see cref="StoreAnswer{T}"/> values.</summary>
public static class StoreAnswers
{
    /// <summary>Found.</summary>
    public static StoreAnswer<T> Hit<T>(T value)
        where T : class => new(StoreStatus.Hit, value);

    /// <summary>Definitely absent.</summary>
    public static StoreAnswer<T> Miss<T>()
        where T : class => new(StoreStatus.Miss, null);

    /// <summary>Nobody could tell.</summary>
    /// <param name="trouble">A short code without secrets.</param>
    public static StoreAnswer<T> Unavailable<T>(string trouble)
        where T : class => new(StoreStatus.Unavailable, null, trouble);

    /// <summary>Nobody could tell in time.</summary>
    public static StoreAnswer<T> Late<T>()
        where T : class => Unavailable<T>("timeout");
}
