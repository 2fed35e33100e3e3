using System.Text.Json.Nodes;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Teams;

namespace FlagsService.Flags;

/// <summary>Configuration members that browsers and mobile SDKs ask for with <c>config=true</c>.</summary>
internal interface IBrowserConfigSource
{
    /// <summary>The members for a team; never empty.</summary>
    ValueTask<JsonObject> GetAsync(Team team, TeamSnapshot? snapshot, HttpRequest request, CancellationToken cancellationToken);
}
