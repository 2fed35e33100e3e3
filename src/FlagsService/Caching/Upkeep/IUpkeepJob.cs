namespace FlagsService.Caching.Upkeep;

/// <summary>Something that one server at a time does for the shared cache, now and then.</summary>
internal interface IUpkeepJob
{
    /// <summary>Under this name a server claims it.</summary>
    string Name { get; }

    /// <summary>How often.</summary>
    TimeSpan Interval { get; }

    /// <summary>How long after the start for the first time.</summary>
    TimeSpan Delay => Interval;

    Task RunAsync(CancellationToken cancellationToken);
}
