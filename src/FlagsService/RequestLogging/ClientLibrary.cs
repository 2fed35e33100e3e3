using System.Text.Json;

namespace FlagsService.RequestLogging;

/// <summary>Which SDK asks, as far as it says so.</summary>
/// <param name="Name">For instance <c>posthog-node</c>.</param>
/// <param name="Version">Its version.</param>
internal readonly record struct ClientLibrary(string? Name, string? Version)
{
    private const int Longest = 64;

    /// <summary>From a User-Agent <c>posthog-node/5.1.0 ...</c>.</summary>
    internal static ClientLibrary OfAgent(string? agent)
    {
        var slash = agent is not null && agent.StartsWith("posthog-", StringComparison.Ordinal) ? agent.IndexOf('/', StringComparison.Ordinal) : -1;
        if (agent is null || slash is < 0 or > Longest)
        {
            return default;
        }

        var version = agent.AsSpan(slash + 1);
        var end = version.IndexOfAny(" ;(,");
        version = end < 0 ? version : version[..end];
        return new ClientLibrary(agent[..slash], version.Length is > 0 and <= Longest ? version.ToString() : null);
    }

    /// <summary>From <c>$lib</c> and <c>$lib_version</c> among the person properties, which win.</summary>
    internal static ClientLibrary OfProperties(ReadOnlySpan<byte> properties)
    {
        if (properties.IndexOf("\"$lib"u8) < 0)
        {
            return default;
        }

        var found = default(ClientLibrary);
        var reader = new Utf8JsonReader(properties);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = reader.ValueTextEquals("$lib"u8);
            var isVersion = reader.ValueTextEquals("$lib_version"u8);
            reader.Read();
            if ((isName || isVersion) && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= Longest)
            {
                found = isName ? found with { Name = reader.GetString() } : found with { Version = reader.GetString() };
            }

            reader.Skip();
        }

        return found;
    }
}
