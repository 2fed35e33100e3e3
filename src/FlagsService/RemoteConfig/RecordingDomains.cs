using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace FlagsService.RemoteConfig;

/// <summary>Where sessions may be recorded: a list that stays here. Pages of other hosts are told not to record; mobile apps have no host and may.</summary>
internal static class RecordingDomains
{
    private const string Recording = "sessionRecording";
    private const string Domains = "domains";
    private static readonly string[] MobileLibraries = ["posthog-android", "posthog-ios", "posthog-react-native", "posthog-flutter"];

    internal static void Apply(JsonObject config, IHeaderDictionary headers)
    {
        if (config[Recording] is not JsonObject recording || recording[Domains] is not { } domains)
        {
            return;
        }

        recording.Remove(Domains);
        if (domains is JsonArray { Count: > 0 } allowed && !IsMobile(headers.UserAgent.ToString())
            && !IsListed(HostOf(headers.Origin), allowed) && !IsListed(HostOf(headers.Referer), allowed))
        {
            config[Recording] = false;
        }
    }

    private static bool IsListed(string? host, JsonArray allowed) => host is not null && allowed.OfType<JsonValue>()
        .Any(domain => domain.TryGetValue<string>(out var text) && HostOf(text) is { } pattern && FileSystemName.MatchesSimpleExpression(pattern, host, ignoreCase: true));

    // A list holds addresses as people type them: with or without scheme, port or path, and with stars. A star is no part of a host to Uri.
    private static string? HostOf(string? address)
    {
        if (string.IsNullOrWhiteSpace(address))
        {
            return null;
        }

        var text = address.Trim();
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        text = scheme < 0 ? text : text[(scheme + 3)..];
        var end = text.AsSpan().IndexOfAny('/', '?', '#');
        text = end < 0 ? text : text[..end];
        var port = text.LastIndexOf(':');
        return port > text.LastIndexOf(']') ? text[..port] : text;
    }

    private static bool IsMobile(string userAgent) => Array.Exists(MobileLibraries, library => userAgent.Contains(library, StringComparison.OrdinalIgnoreCase));
}
