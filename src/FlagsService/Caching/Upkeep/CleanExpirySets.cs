using System.Globalization;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tiers;

namespace FlagsService.Caching.Upkeep;

/// <summary>Takes teams off the lists of copies that the store does not have any more.</summary>
internal sealed class CleanExpirySets(ICacheInventory inventory, ITeamStore store) : IUpkeepJob
{
    private const int PageSize = 1000;

    public string Name => "clean-expiry-sets";

    public TimeSpan Interval { get; } = TimeSpan.FromDays(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var kind in (DocumentKind[])[DocumentKind.Flags, DocumentKind.Definitions, DocumentKind.TeamMetadata])
        {
            for (var offset = 0; ;)
            {
                var page = await inventory.ReadAllAsync(kind, offset, PageSize, cancellationToken);
                if (page.Count == 0)
                {
                    break;
                }

                var gone = new List<string>();
                foreach (var identifier in page)
                {
                    if (await IsGoneAsync(kind, identifier, cancellationToken))
                    {
                        gone.Add(identifier);
                    }
                }

                if (gone.Count > 0)
                {
                    await inventory.RemoveAsync(kind, gone, cancellationToken);
                }

                offset += page.Count - gone.Count;
            }
        }
    }

    private async ValueTask<bool> IsGoneAsync(DocumentKind kind, string identifier, CancellationToken cancellationToken) => kind.IsKeyedByTeam
        ? !int.TryParse(identifier, NumberStyles.None, CultureInfo.InvariantCulture, out var team) || (await store.FindByIdAsync(team, cancellationToken)).IsMiss
        : (await store.FindByPublicTokenAsync(identifier, cancellationToken)).IsMiss;
}
