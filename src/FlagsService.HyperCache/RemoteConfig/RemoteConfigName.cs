using System.Globalization;

namespace FlagsService.HyperCache.RemoteConfig;

/// <summary>How a request names a flag: by id where the name is all digits, else by key.</summary>
/// <param name="Id">The id; null when it is a key.</param>
/// <param name="Key">The key; null when it is an id.</param>
public readonly record struct RemoteConfigName(long? Id, string? Key)
{
    /// <summary>Null for what names nothing: a number too large for an id, a text that no store can hold.</summary>
    public static RemoteConfigName? TryParse(string text) =>
        text.Length == 0 || text.Contains('\0', StringComparison.Ordinal) ? null
        : !text.All(char.IsAsciiDigit) ? new(null, text)
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? new(id, null) : null;
}
