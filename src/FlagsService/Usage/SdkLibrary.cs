using FlagsService.RequestLogging;

namespace FlagsService.Usage;

/// <summary>The SDK that made a request, out of the short list that billing knows.</summary>
internal static class SdkLibrary
{
    internal const string Other = "other";
    private const string Prefix = "posthog-";
    private const string Browser = "posthog-js";
    private static readonly string[] Known =
    [
        Browser, "posthog-node", "posthog-python", "posthog-php", "posthog-ruby", "posthog-go", "posthog-java", "posthog-dotnet", "posthog-elixir", "posthog-rs",
        "posthog-android", "posthog-ios", "posthog-react-native", "posthog-flutter", "posthog-server",
    ];

    /// <summary>What a body says in <c>$lib</c> wins over what the headers tell.</summary>
    internal static string Of(IHeaderDictionary headers, ReadOnlySpan<byte> properties) =>
        ClientLibrary.OfProperties(properties).Name is { } stated ? (stated == "web" ? Browser : Find(stated)) : Of(headers);

    internal static string Of(IHeaderDictionary headers)
    {
        var agent = ((string?)headers.UserAgent).AsSpan();
        if (agent.StartsWith(Prefix, StringComparison.Ordinal))
        {
            var slash = agent.IndexOf('/');
            return slash < 0 ? Other : Find(agent[..slash]);
        }

        var isBrowser = agent.Contains("Mozilla/", StringComparison.Ordinal) || agent.Contains("Chrome/", StringComparison.Ordinal) || agent.Contains("Safari/", StringComparison.Ordinal)
            || agent.Contains("Firefox/", StringComparison.Ordinal) || agent.Contains("Edge/", StringComparison.Ordinal)
            || headers.ContainsKey("Sec-Fetch-Mode") || headers.ContainsKey("Sec-Fetch-Site");
        return isBrowser ? Browser : Other;
    }

    // Always one of the constants, so that comparing them compares references.
    private static string Find(ReadOnlySpan<char> name)
    {
        foreach (var known in Known)
        {
            if (name.SequenceEqual(known))
            {
                return known;
            }
        }

        return Other;
    }
}
