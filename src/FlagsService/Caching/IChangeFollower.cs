namespace FlagsService.Caching;

/// <summary>Something besides the caches that an announced change concerns.</summary>
internal interface IChangeFollower
{
    /// <summary>Carries it out; false when it must be tried again. A change may come more than once.</summary>
    Task<bool> FollowAsync(AnnouncedChange change, CancellationToken cancellationToken);
}
