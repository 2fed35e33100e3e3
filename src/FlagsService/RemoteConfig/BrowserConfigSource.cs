using System.Text.Json;
using System.Text.Json.Nodes;
using FlagsService.Flags;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.RemoteConfig;
using FlagsService.HyperCache.Teams;

namespace FlagsService.RemoteConfig;

/// <summary>What browsers and mobile apps are told: the shared configuration of the team as it stands, else one that lets them boot.</summary>
internal sealed class BrowserConfigSource(BrowserConfigs configs) : IBrowserConfigSource
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public async ValueTask<JsonObject> GetAsync(Team team, TeamSnapshot? snapshot, HttpRequest request, CancellationToken cancellationToken)
    {
        if (await configs.FindAsync(team.PublicToken, cancellationToken) is not { } json || Parse(json.Span) is not { } config)
        {
            return Create(snapshot);
        }

        // For the server's own use, never sent.
        config.Remove("siteAppsJS");
        RecordingDomains.Apply(config, request.Headers);
        return config;
    }

    private static JsonObject? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: Strict) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject Create(TeamSnapshot? snapshot) => new()
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
    };
}
