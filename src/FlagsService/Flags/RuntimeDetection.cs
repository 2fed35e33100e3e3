using FlagsService.Evaluation;
using Microsoft.Extensions.Primitives;

namespace FlagsService.Flags;

/// <summary>Where a caller runs that does not say so: from its User-Agent, else from headers that only browsers send.</summary>
internal static class RuntimeDetection
{
    private const string SdkPrefix = "posthog-";

    internal static RequestRuntime Detect(IHeaderDictionary headers)
    {
        var agent = ((string?)headers.UserAgent).AsSpan();
        var runtime = agent.StartsWith(SdkPrefix, StringComparison.Ordinal) ? OfSdk(agent[SdkPrefix.Length..]) : OfOther(agent);
        return runtime == RequestRuntime.Unknown && IsBrowser(headers) ? RequestRuntime.Client : runtime;
    }

    private static RequestRuntime OfSdk(ReadOnlySpan<char> agent)
    {
        var slash = agent.IndexOf('/');
        if (slash < 0 || slash + 1 >= agent.Length || char.IsWhiteSpace(agent[slash + 1]))
        {
            return RequestRuntime.Unknown;
        }

        return agent[..slash] switch
        {
            "python" or "ruby" or "php" or "java" or "go" or "node" or "dotnet" or "elixir" or "server" or "rs" => RequestRuntime.Server,
            "js" or "android" or "ios" or "react-native" or "flutter" => RequestRuntime.Client,
            _ => RequestRuntime.Unknown,
        };
    }

    private static RequestRuntime OfOther(ReadOnlySpan<char> agent)
    {
        if (agent.Contains("Mozilla/", StringComparison.Ordinal) || agent.Contains("Chrome/", StringComparison.Ordinal) || agent.Contains("Safari/", StringComparison.Ordinal)
            || agent.Contains("Firefox/", StringComparison.Ordinal) || agent.Contains("Edge/", StringComparison.Ordinal))
        {
            return RequestRuntime.Client;
        }

        return agent.Contains("python-requests/", StringComparison.Ordinal) || agent.Contains("curl/", StringComparison.Ordinal) ? RequestRuntime.Server : RequestRuntime.Unknown;
    }

    private static bool IsBrowser(IHeaderDictionary headers) =>
        !StringValues.IsNullOrEmpty(headers.Origin) || !StringValues.IsNullOrEmpty(headers.Referer)
        || headers.ContainsKey("Sec-Fetch-Mode") || headers.ContainsKey("Sec-Fetch-Site");
}
