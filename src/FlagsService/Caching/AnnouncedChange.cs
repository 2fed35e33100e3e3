using FlagsService.HyperCache.Invalidation;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Caching;

/// <summary>All announcements about one team as one piece of work.</summary>
/// <param name="TeamId">The team; null when tokens of no single team are concerned.</param>
/// <param name="Digests">Digests of tokens to forget.</param>
/// <param name="RetiredTokens">Public tokens that are the team's no longer.</param>
/// <param name="Revision">Revision of the newest announcement; null when it is not known.</param>
/// <param name="ConcernsRow">The team's own row changed, not only its definitions.</param>
/// <param name="ConcernsDefinitions">What is made of the team's rows may be another now.</param>
internal sealed record AnnouncedChange(
    int? TeamId, IReadOnlyCollection<string> Digests, IReadOnlyCollection<string> RetiredTokens, long? Revision, bool ConcernsRow, bool ConcernsDefinitions = true)
{
    internal static AnnouncedChange Of(int? teamId, IReadOnlyCollection<TeamChange> changes) => new(
        teamId,
        [.. changes.SelectMany(change => change.Digests).Distinct(StringComparer.Ordinal)],
        [.. changes.SelectMany(change => change.RetiredTokens).Distinct(StringComparer.Ordinal)],
        changes.Max(change => change.Id),
        changes.Any(change => change.Kind is "posthog_team" or "tokens"));

    /// <summary>A change that this process made itself and need not wait to hear of. No document holds a secret, so only a new public token touches one.</summary>
    internal static AnnouncedChange Of(TokenChange change) => new(
        change.After.TeamId, change.Digests, change.RetiredPublicTokens, change.Revision, ConcernsRow: change.RetiredPublicTokens.Count > 0, ConcernsDefinitions: false);
}
