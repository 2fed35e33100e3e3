using System.Text.Json;

namespace FlagsService.TestKit.Host;

/// <summary>Reads answers.</summary>
public static class Json
{
    /// <summary>The body as JSON.</summary>
    public static async Task<JsonElement> ReadJsonAsync(this HttpResponseMessage response) => JsonElement.Parse(await response.Content.ReadAsByteArrayAsync());
}
