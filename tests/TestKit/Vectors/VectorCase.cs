using System.Text.Json;

namespace FlagsService.TestKit.Vectors;

/// <summary>One case of an evaluation vector file: what is stored, what is asked, what must come out.</summary>
public sealed class VectorCase(JsonElement document)
{
    /// <summary>Unique name.</summary>
    public string Name => document.GetProperty("name").GetString()!;

    /// <summary>The flag under test.</summary>
    public JsonElement Flag => document.GetProperty("flag");

    /// <summary>Key of the flag under test.</summary>
    public string FlagKey => Flag.GetProperty("key").GetString()!;

    /// <summary>Every flag of the team, the one under test first.</summary>
    public IEnumerable<JsonElement> Flags => [Flag, .. Items(Optional("flags"))];

    /// <summary>Cohort rows that are not deleted.</summary>
    public IEnumerable<JsonElement> Cohorts => Items(Optional("cohorts")).Where(cohort => !(cohort.TryGetProperty("deleted", out var deleted) && deleted.ValueKind == JsonValueKind.True));

    /// <summary>Group type index to name.</summary>
    public IReadOnlyDictionary<int, string> GroupTypes => Members(Optional("group_type_mapping"))
        .ToDictionary(member => int.Parse(member.Name, System.Globalization.CultureInfo.InvariantCulture), member => member.Value.GetString()!);

    /// <summary>Time zone of the team.</summary>
    public string TimeZone => Team("timezone") is { ValueKind: JsonValueKind.String } zone ? zone.GetString()! : "UTC";

    /// <summary>Whether the team matches explicitly.</summary>
    public bool ExplicitMatching => Team("explicit_exact_matching").ValueKind == JsonValueKind.True;

    /// <summary>The time of the request.</summary>
    public DateTimeOffset Now => Optional("now") is { ValueKind: JsonValueKind.String } now ? now.GetDateTimeOffset() : new DateTimeOffset(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Body of the request, without token.</summary>
    public JsonElement Request => document.GetProperty("request");

    /// <summary>The stored person <c>{properties, created_at?}</c>; undefined when there is none.</summary>
    public JsonElement Person => Db("person") is { ValueKind: JsonValueKind.Object } person ? person : default;

    /// <summary>Stored groups.</summary>
    public IEnumerable<JsonElement> Groups => Items(Db("groups"));

    /// <summary>Static cohorts that hold the person.</summary>
    public IEnumerable<int> StaticCohortIds => Items(Db("static_cohort_ids")).Select(id => id.GetInt32());

    /// <summary>Flag key to hash key of the person.</summary>
    public IReadOnlyDictionary<string, string> HashKeyOverrides => Members(Db("hash_key_overrides")).ToDictionary(member => member.Name, member => member.Value.GetString()!, StringComparer.Ordinal);

    /// <summary>Whether the answer must carry the error marker.</summary>
    public bool ErrorsWhileComputing => document.GetProperty("errors_while_computing").GetBoolean();

    /// <summary>What must be known of each flag named, by key.</summary>
    public IEnumerable<(string Key, JsonElement Expected)> Expectations =>
        [(FlagKey, document.GetProperty("expected")), .. Members(Optional("expected_others")).Select(member => (member.Name, member.Value))];

    /// <inheritdoc />
    public override string ToString() => Name;

    private static JsonElement.ArrayEnumerator Items(JsonElement array) => array.ValueKind == JsonValueKind.Array ? array.EnumerateArray() : default;

    private static JsonElement.ObjectEnumerator Members(JsonElement map) => map.ValueKind == JsonValueKind.Object ? map.EnumerateObject() : default;

    private JsonElement Team(string name) => Optional("team") is { ValueKind: JsonValueKind.Object } team && team.TryGetProperty(name, out var value) ? value : default;

    private JsonElement Db(string name) => Optional("db") is { ValueKind: JsonValueKind.Object } db && db.TryGetProperty(name, out var value) ? value : default;

    private JsonElement Optional(string name) => document.TryGetProperty(name, out var value) ? value : default;
}
