using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache.Archive;

namespace FlagsService.Archive;

/// <summary>Writes an export document: the same members, in the same order, that import reads.</summary>
internal static class ArchiveWriter
{
    internal static void Write(Stream target, ArchiveDocument document)
    {
        using var writer = new Utf8JsonWriter(target, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteNumber("version"u8, 1);
        WriteList(writer, "group_types", document.GroupTypes.OrderBy(type => type.Key), type =>
        {
            writer.WriteString("group_type"u8, type.Value);
            writer.WriteNumber("group_type_index"u8, type.Key);
        });
        WriteList(writer, "cohorts", document.Cohorts, cohort => WriteCohort(writer, cohort));
        WriteList(writer, "flags", document.Flags, flag => WriteFlag(writer, flag));
        WriteList(writer, "persons", document.Persons, person =>
        {
            if (person.Uuid is { } uuid)
            {
                writer.WriteString("uuid"u8, uuid);
            }

            WriteTexts(writer, "distinct_ids", person.DistinctIds);
            WriteJson(writer, "properties", person.PropertiesJson);
            if (person.CreatedAt is { } created)
            {
                writer.WriteString("created_at"u8, created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));
            }
        });
        WriteList(writer, "groups", document.Groups, group =>
        {
            writer.WriteNumber("group_type_index"u8, group.TypeIndex);
            writer.WriteString("group_key"u8, group.Key);
            WriteJson(writer, "group_properties", group.PropertiesJson);
        });
        writer.WriteEndObject();
    }

    private static void WriteCohort(Utf8JsonWriter writer, ArchiveCohort cohort)
    {
        writer.WriteNumber("id"u8, cohort.Row.Id);
        writer.WriteString("name"u8, cohort.Row.Name);
        writer.WriteBoolean("is_static"u8, cohort.Row.IsStatic);
        WriteJson(writer, "filters", cohort.Row.FiltersJson ?? default);
        if (cohort.Row.GroupsJson is { Length: > 2 } groups)
        {
            WriteJson(writer, "groups", groups);
        }

        if (cohort.Row.CohortType is { } type)
        {
            writer.WriteString("cohort_type"u8, type);
        }

        if (cohort.Row.IsStatic)
        {
            WriteTexts(writer, "members", cohort.Members);
        }
    }

    private static void WriteFlag(Utf8JsonWriter writer, FlagRow flag)
    {
        writer.WriteNumber("id"u8, flag.Id);
        writer.WriteNumber("team_id"u8, flag.TeamId);
        writer.WriteString("key"u8, flag.Key);
        writer.WriteString("name"u8, flag.Name);
        WriteJson(writer, "filters", flag.FiltersJson);
        writer.WriteBoolean("deleted"u8, flag.Deleted);
        writer.WriteBoolean("active"u8, flag.Active);
        writer.WriteBoolean("ensure_experience_continuity"u8, flag.EnsureExperienceContinuity);
        writer.WritePropertyName("version"u8);
        if (flag.Version is { } version)
        {
            writer.WriteNumberValue(version);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteString("evaluation_runtime"u8, flag.EvaluationRuntime);
        WriteTexts(writer, "evaluation_contexts", flag.EvaluationContexts);
        writer.WriteString("bucketing_identifier"u8, flag.BucketingIdentifier);
        writer.WriteBoolean("has_experiment"u8, flag.HasExperiment);
    }

    private static void WriteList<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStartObject();
            write(item);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private static void WriteJson(Utf8JsonWriter writer, string name, ReadOnlyMemory<byte> json)
    {
        writer.WritePropertyName(name);
        if (json.IsEmpty)
        {
            writer.WriteNullValue();
        }
        else
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 300 });
            document.RootElement.WriteTo(writer);
        }
    }
}
