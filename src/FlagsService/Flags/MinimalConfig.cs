using System.Text.Json.Nodes;

namespace FlagsService.Flags;

/// <summary>The configuration members of an answer to GET, which old browser versions use as a probe.</summary>
internal static class MinimalConfig
{
    internal static JsonObject Create() => new()
    {
        ["supportedCompression"] = new JsonArray("gzip", "gzip-js"),
        ["config"] = new JsonObject { ["enable_collect_everything"] = true },
        ["toolbarParams"] = new JsonObject(),
        ["isAuthenticated"] = false,
        ["sessionRecording"] = false,
    };
}
