using System.Globalization;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tiers;

namespace FlagsService.Caching.Upkeep;

/// <summary>Makes documents anew whose copies run out within a day, so that no request finds them gone.</summary>
internal sealed class RefreshExpiring(ICacheInventory inventory, ITeamStore store, TeamDirectory teams, TeamUpdates updates, TimeProvider time) : IUpkeepJob
{
    private const int AtOnce = 5000;
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(24);

    public string Name => "refresh-expiring";

    public TimeSpan Interval { get; } = TimeSpan.FromHours(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() + Ahead;
        var flags = await inventory.ReadExpiringAsync(DocumentKind.Flags, before, AtOnce, cancellationToken);
        var definitions = await inventory.ReadExpiringAsync(DocumentKind.Definitions, before, AtOnce, cancellationToken);
        foreach (var identifier in flags.Union(definitions, StringComparer.Ordinal))
        {
            if (int.TryParse(identifier, NumberStyles.None, CultureInfo.InvariantCulture, out var team))
            {
                await updates.RebuildAsync(team, revision: null, cancellationToken);
            }
        }

        foreach (var token in await inventory.ReadExpiringAsync(DocumentKind.TeamMetadata, before, AtOnce, cancellationToken))
        {
            if ((await store.FindByPublicTokenAsync(token, cancellationToken)).Value is { } row)
            {
                await teams.ShareAsync(row, cancellationToken);
            }
        }
    }
}
