using FlagsService.HyperCache.Tiers;

namespace FlagsService.Storage.Redis;

/// <summary>The names of this service's own keys. PostHog's documents stand under another prefix in another format, so one Redis can serve both.</summary>
internal static class RedisNames
{
    internal const string TeamChanged = "flags:team-changed";
    internal const string TokenVersion = "flags:token-version";
    internal const string Filled = "flags:filled";
    private const string Prefix = "flags:1:";

    internal static string Document(DocumentKey key) => Prefix + key.Path;

    internal static string ETag(DocumentKey key) => Prefix + key.Path + ":etag";

    internal static string ExpirySet(DocumentKind kind) => "flags:" + kind.ExpirySet;

    internal static string Job(string name) => "flags:job:" + name;
}
