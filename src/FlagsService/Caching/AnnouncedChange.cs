using FlagsService.HyperCache.Invalidation;

namespace FlagsService.Caching;

/// <summary>All announcements about one team as one piece of work.</summary>
/// <param name="TeamId">The team; null when tokens of no single team are concerned.</param>
/// <param name="Digests">Digests of tokens to forget.</param>
/// <param name="RetiredTokens">Public tokens that are the team's no longer.</param>
/// <param name="Revision">Revision of the newest announcement; null when it is not known.</param>
/// <param name="ConcernsRow">The team's own row changed, not only its definitions.</param>
internal sealed record AnnouncedChange(
    int? TeamId, IReadOnlyCollection<string> Digests, IReadOnlyCollection<string> RetiredTokens, long? Revision, bool ConcernsRow)
{
    internal static AnnouncedChange Of(int? teamId, IReadOnlyCollection<TeamChange> changes) => new(
        teamId,
        [.. changes.SelectMany(change => change.Digests).Distinct(StringComparer.Ordinal)],
        [.. changes.SelectMany(change => change.RetiredTokens).Distinct(StringComparer.Ordinal)],
        changes.Max(change => change.Id),
        changes.Any(change => change.Kind is "posthog_team" or "tokens"));
}
