using System.Text.Json;
using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache.Archive;

namespace FlagsService.Archive;

/// <summary>Reads an import document and reports everything that is wrong with it, each with its path, before anything is written.</summary>
internal sealed class ArchiveReader
{
    private readonly List<string> errors = [];

    /// <summary>What is wrong; the document is usable only when this is empty.</summary>
    internal IReadOnlyList<string> Errors => errors;

    internal ArchiveDocument Read(ReadOnlyMemory<byte> json)
    {
        JsonElement root;
        try
        {
            root = JsonElement.Parse(json.Span, new JsonDocumentOptions { MaxDepth = 300 });
        }
        catch (JsonException exception)
        {
            errors.Add($"$: not JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})");
            return new ArchiveDocument();
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            errors.Add("$: must be an object");
            return new ArchiveDocument();
        }

        if (root.TryGetProperty("version", out var version) && !(version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number) && number == 1))
        {
            errors.Add("$.version: must be 1");
        }

        var document = new ArchiveDocument
        {
            GroupTypes = ReadGroupTypes(root),
            Cohorts = List(root, "cohorts", ReadCohort),
            Flags = List(root, "flags", ReadFlag),
            Persons = List(root, "persons", ReadPerson),
            Groups = List(root, "groups", ReadGroup),
        };
        RequireUnique(document);
        return document;
    }

    private Dictionary<int, string> ReadGroupTypes(JsonElement root)
    {
        var types = new Dictionary<int, string>();
        foreach (var (index, name, path) in List(root, "group_types", (item, path) => (Integer(item, "group_type_index", path), Text(item, "group_type", path), path)))
        {
            if (index is < 0 or > 4)
            {
                errors.Add($"{path}.group_type_index: must be 0 to 4");
            }
            else if (!types.TryAdd(index, name) || types.Count(type => type.Value == name) > 1)
            {
                errors.Add($"{path}: this group type stands twice");
            }
        }

        return types;
    }

    private ArchiveCohort ReadCohort(JsonElement item, string path)
    {
        var members = new List<string>();
        if (item.TryGetProperty("members", out var list))
        {
            members = Texts(list, path + ".members");
        }

        var row = new CohortRow
        {
            Id = Integer(item, "id", path),
            TeamId = 0,
            Name = OptionalText(item, "name", path) ?? "",
            IsStatic = Flag(item, "is_static", path) ?? false,
            FiltersJson = Document(item, "filters"),
            GroupsJson = Document(item, "groups"),
            CohortType = OptionalText(item, "cohort_type", path),
        };
        if (CohortTree.Parse(row) is { Problem: { } problem })
        {
            errors.Add($"{path}: {problem}");
        }

        return new ArchiveCohort(row, members);
    }

    private FlagRow ReadFlag(JsonElement item, string path)
    {
        var row = new FlagRow
        {
            Id = Integer(item, "id", path),
            TeamId = 0,
            Key = Text(item, "key", path),
            Name = OptionalText(item, "name", path) ?? "",
            FiltersJson = item.TryGetProperty("filters", out var filters) ? Raw(filters) : default,
            Deleted = Flag(item, "deleted", path) ?? false,
            Active = Flag(item, "active", path) ?? false,
            EnsureExperienceContinuity = Flag(item, "ensure_experience_continuity", path) ?? false,
            Version = item.TryGetProperty("version", out var version) && version.ValueKind != JsonValueKind.Null ? Integer(item, "version", path) : null,
            EvaluationRuntime = OptionalText(item, "evaluation_runtime", path),
            BucketingIdentifier = OptionalText(item, "bucketing_identifier", path),
            HasExperiment = Flag(item, "has_experiment", path) ?? false,
            EvaluationContexts = Contexts(item, path),
        };
        if (row.Key.Length is 0 or > 400)
        {
            errors.Add($"{path}.key: must have 1 to 400 characters");
        }

        if (row.FiltersJson.IsEmpty)
        {
            errors.Add($"{path}.filters: is required");
        }
        else if (FlagFilters.Parse(row.FiltersJson, out var problem) is null)
        {
            errors.Add($"{path}.{problem}");
        }

        return row;
    }

    private List<string> Contexts(JsonElement item, string path) =>
        item.TryGetProperty("evaluation_contexts", out var contexts) && contexts.ValueKind != JsonValueKind.Null ? Texts(contexts, path + ".evaluation_contexts")
        : item.TryGetProperty("evaluation_tags", out var tags) && tags.ValueKind != JsonValueKind.Null ? Texts(tags, path + ".evaluation_tags")
        : [];

    private ArchivePerson ReadPerson(JsonElement item, string path)
    {
        var ids = item.TryGetProperty("distinct_ids", out var list) ? Texts(list, path + ".distinct_ids") : [];
        if (ids.Count == 0)
        {
            errors.Add($"{path}.distinct_ids: at least one is required");
            ids = [""];
        }

        Guid? uuid = OptionalText(item, "uuid", path) is not { } text ? null : Guid.TryParse(text, out var parsed) ? parsed : Fail<Guid>($"{path}.uuid: is no uuid");
        DateTimeOffset? created = OptionalText(item, "created_at", path) is not { } time ? null
            : DateTimeOffset.TryParse(time, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var at) ? at
            : Fail<DateTimeOffset>($"{path}.created_at: is no time");
        return new ArchivePerson(uuid, ids, Object(item, "properties", path), created);
    }

    private ArchiveGroup ReadGroup(JsonElement item, string path) =>
        new(Integer(item, "group_type_index", path), Text(item, "group_key", path), Object(item, "group_properties", path));

    private void RequireUnique(ArchiveDocument document)
    {
        foreach (var key in document.Flags.GroupBy(flag => flag.Key, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            errors.Add($"$.flags: the key '{key.Key}' stands {key.Count()} times");
        }

        foreach (var id in document.Flags.GroupBy(flag => flag.Id).Where(group => group.Count() > 1))
        {
            errors.Add($"$.flags: the id {id.Key} stands {id.Count()} times");
        }

        foreach (var id in document.Cohorts.GroupBy(cohort => cohort.Row.Id).Where(group => group.Count() > 1))
        {
            errors.Add($"$.cohorts: the id {id.Key} stands {id.Count()} times");
        }
    }

    private List<T> List<T>(JsonElement root, string name, Func<JsonElement, string, T> read)
    {
        var items = new List<T>();
        if (!root.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return items;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            errors.Add($"$.{name}: must be a list");
            return items;
        }

        foreach (var item in list.EnumerateArray())
        {
            var path = $"$.{name}[{items.Count}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                errors.Add($"{path}: must be an object");
                continue;
            }

            items.Add(read(item, path));
        }

        return items;
    }

    private int Integer(JsonElement item, string name, string path) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : Fail<int>($"{path}.{name}: must be an integer");

    private string Text(JsonElement item, string name, string path) => OptionalText(item, name, path) ?? Fail<string>($"{path}.{name}: is required") ?? "";

    private string? OptionalText(JsonElement item, string name, string path) =>
        !item.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String && !value.GetString()!.Contains('\0', StringComparison.Ordinal) ? value.GetString()
        : Fail<string>($"{path}.{name}: must be a text without NUL");

    private bool? Flag(JsonElement item, string name, string path) =>
        !item.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : Fail<bool>($"{path}.{name}: must be true or false");

    private byte[] Object(JsonElement item, string name, string path)
    {
        if (!item.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return "{}"u8.ToArray();
        }

        return value.ValueKind == JsonValueKind.Object ? Raw(value) : Fail<byte[]>($"{path}.{name}: must be an object") ?? [];
    }

    private List<string> Texts(JsonElement list, string path)
    {
        var texts = new List<string>();
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
        {
            errors.Add($"{path}: must be a list of texts");
            return texts;
        }

        texts.AddRange(list.EnumerateArray().Select(item => item.GetString()!));
        return texts;
    }

    private static ReadOnlyMemory<byte>? Document(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? new ReadOnlyMemory<byte>(Raw(value)) : default(ReadOnlyMemory<byte>?);

    private static byte[] Raw(JsonElement value) => System.Text.Encoding.UTF8.GetBytes(value.GetRawText());

    private T? Fail<T>(string error)
    {
        errors.Add(error);
        return default;
    }
}
