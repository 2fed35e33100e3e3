using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FlagsService.RequestLogging;

/// <summary>The teams whose bodies are logged, and which flags of their answers. Immutable: a new text makes a new one, or none at all.</summary>
internal sealed class BodyLogTeams
{
    private const int MostTeams = 100;
    private const int MostPatterns = 50;
    private const int LongestPattern = 256;
    private readonly FrozenDictionary<int, string[]> patterns;

    private BodyLogTeams(IEnumerable<KeyValuePair<int, string[]>> patterns) => this.patterns = patterns.ToFrozenDictionary();

    /// <summary>Nobody.</summary>
    internal static BodyLogTeams None { get; } = new([]);

    internal int Count => patterns.Count;

    internal bool TryGet(int teamId, [NotNullWhen(true)] out string[]? keys) => patterns.TryGetValue(teamId, out keys);

    /// <summary>Reads <c>{"12":["checkout-*"],"13":["*"]}</c>, or <c>12,13</c> for everything of these teams. One fault rejects the whole text.</summary>
    internal static bool TryParse(string? text, [NotNullWhen(true)] out BodyLogTeams? teams, out string fault)
    {
        fault = "";
        teams = None;
        if (string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        var found = new Dictionary<int, string[]>();
        fault = text.TrimStart() is ['{' or '"', ..] ? ReadJson(text, found) : ReadList(text, found);
        fault = fault.Length == 0 && found.Count > MostTeams ? $"there are more than {MostTeams} teams" : fault;
        teams = fault.Length == 0 ? new(found) : null;
        return teams is not null;
    }

    private static string ReadList(string text, Dictionary<int, string[]> found)
    {
        foreach (var id in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!TryId(id, out var team))
            {
                return "a team id is no number";
            }

            found[team] = ["*"];
        }

        return "";
    }

    private static string ReadJson(string text, Dictionary<int, string[]> found)
    {
        try
        {
            var root = JsonElement.Parse(text);
            if (root.ValueKind == JsonValueKind.String)
            {
                // The database may hold the JSON as a JSON string.
                root = JsonElement.Parse(root.GetString()!);
            }

            if (root.ValueKind != JsonValueKind.Object)
            {
                return "it is no JSON object";
            }

            foreach (var member in root.EnumerateObject())
            {
                if (!TryId(member.Name, out var team))
                {
                    return "a team id is no number";
                }

                if (member.Value.ValueKind != JsonValueKind.Array || member.Value.GetArrayLength() is 0 or > MostPatterns)
                {
                    return $"a team needs 1 to {MostPatterns} patterns";
                }

                var keys = new List<string>();
                foreach (var pattern in member.Value.EnumerateArray())
                {
                    if (pattern.ValueKind != JsonValueKind.String || pattern.GetString() is not { Length: > 0 } key || Encoding.UTF8.GetByteCount(key) > LongestPattern)
                    {
                        return $"a pattern is a text of 1 to {LongestPattern} bytes";
                    }

                    keys.Add(key);
                }

                found[team] = [.. keys];
            }

            return "";
        }
        catch (JsonException)
        {
            return "it is no JSON";
        }
    }

    private static bool TryId(string text, out int id) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);
}
