using System.Text.Json.Nodes;
using FlagsService.Flags;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Teams;

namespace FlagsService.RemoteConfig;

/// <summary>The configuration that lets browsers boot when nobody stored one for the team.</summary>
internal sealed class BrowserConfigSource : IBrowserConfigSource
{
    public ValueTask<JsonObject> GetAsync(Team team, TeamSnapshot? snapshot, HttpRequest request, CancellationToken cancellationToken) => new(new JsonObject
    {
        // False stops browsers from loading flags, so it is said only when it is known.
        ["hasFeatureFlags"] = snapshot?.Flags.HasActiveFlags ?? true,
        ["supportedCompression"] = new JsonArray("gzip", "gzip-js"),
        ["sessionRecording"] = false,
        ["surveys"] = false,
        ["heatmaps"] = false,
        ["capturePerformance"] = false,
        ["autocaptureExceptions"] = false,
        ["isAuthenticated"] = false,
        ["toolbarParams"] = new JsonObject(),
        ["config"] = new JsonObject { ["enable_collect_everything"] = true },
    });
}
