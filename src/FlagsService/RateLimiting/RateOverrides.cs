using System.Text.Json;

namespace FlagsService.RateLimiting;

/// <summary>Reads rates by token or by team. What is no rate is left out; what is no JSON is a mistake that must not start.</summary>
internal static class RateOverrides
{
    internal const int Most = 100;

    /// <summary>Text by name; null for what is no JSON object of texts.</summary>
    internal static Dictionary<string, string>? TryRead(string json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
