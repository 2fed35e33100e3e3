using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Definitions;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>The shared document <c>flags.json</c>: all rows of a team's definitions as they were read, so that another server compiles the same set without asking the store.</summary>
internal static class FlagBundle
{
    private const int Depth = 1024;
    private static readonly JsonWriterOptions WriterOptions = new() { SkipValidation = true, MaxDepth = Depth };
    private static readonly JsonDocumentOptions ReaderOptions = new() { MaxDepth = Depth };

    internal static byte[] Write(CompiledFlagSet flags)
    {
        var definitions = flags.Definitions;
        var output = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(output, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("flags"u8);
            foreach (var flag in definitions.Flags)
            {
                WriteFlag(writer, flag);
            }

            writer.WriteEndArray();
            WriteMetadata(writer, flags.DescribeDependencies());
            writer.WriteStartArray("cohorts"u8);
            foreach (var cohort in definitions.Cohorts)
            {
                WriteCohort(writer, cohort);
            }

            writer.WriteEndArray();
            WriteTeam(writer, definitions);
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Null for what is no bundle of the team.</summary>
    internal static TeamDefinitions? TryRead(int teamId, long revision, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, ReaderOptions);
            var root = document.RootElement;
            var team = root.GetProperty("team"u8);
            return team.GetProperty("id"u8).GetInt32() != teamId ? null : new TeamDefinitions
            {
                TeamId = teamId,
                Revision = revision,
                Fingerprint = team.GetProperty("fingerprint"u8).GetInt64(),
                TimeZone = team.GetProperty("timezone"u8).GetString()!,
                ExplicitMatching = team.GetProperty("explicit_matching"u8).GetBoolean(),
                MinimalFlagCalledEvents = team.GetProperty("minimal_flag_called_events"u8).GetBoolean(),
                GroupTypes = ReadGroupTypes(team.GetProperty("group_types"u8)),
                SurveyFlagIds = team.GetProperty("survey_flags"u8).EnumerateArray().Select(id => id.GetInt32()).ToHashSet(),
                Flags = [.. root.GetProperty("flags"u8).EnumerateArray().Select(ReadFlag)],
                Cohorts = [.. root.GetProperty("cohorts"u8).EnumerateArray().Select(ReadCohort)],
            };
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static void WriteFlag(Utf8JsonWriter writer, FlagRow flag)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id"u8, flag.Id);
        writer.WriteNumber("team_id"u8, flag.TeamId);
        writer.WriteString("key"u8, flag.Key);
        writer.WriteString("name"u8, flag.Name);
        WriteDocument(writer, "filters", flag.FiltersJson);
        writer.WriteBoolean("deleted"u8, flag.Deleted);
        writer.WriteBoolean("active"u8, flag.Active);
        writer.WriteBoolean("ensure_experience_continuity"u8, flag.EnsureExperienceContinuity);
        if (flag.Version is { } version)
        {
            writer.WriteNumber("version"u8, version);
        }
        else
        {
            writer.WriteNull("version"u8);
        }

        writer.WriteString("evaluation_runtime"u8, flag.EvaluationRuntime);
        writer.WriteStartArray("evaluation_contexts"u8);
        foreach (var context in flag.EvaluationContexts)
        {
            writer.WriteStringValue(context);
        }

        writer.WriteEndArray();
        writer.WriteString("bucketing_identifier"u8, flag.BucketingIdentifier);
        writer.WriteBoolean("has_encrypted_payloads"u8, flag.HasEncryptedPayloads);
        writer.WriteBoolean("has_experiment"u8, flag.HasExperiment);
        writer.WriteEndObject();
    }

    private static FlagRow ReadFlag(JsonElement flag) => new()
    {
        Id = flag.GetProperty("id"u8).GetInt32(),
        TeamId = flag.GetProperty("team_id"u8).GetInt32(),
        Key = flag.GetProperty("key"u8).GetString()!,
        Name = flag.GetProperty("name"u8).GetString()!,
        FiltersJson = ReadDocument(flag, "filters") ?? default,
        Deleted = flag.GetProperty("deleted"u8).GetBoolean(),
        Active = flag.GetProperty("active"u8).GetBoolean(),
        EnsureExperienceContinuity = flag.GetProperty("ensure_experience_continuity"u8).GetBoolean(),
        Version = flag.GetProperty("version"u8) is { ValueKind: JsonValueKind.Number } version ? version.GetInt32() : null,
        EvaluationRuntime = flag.GetProperty("evaluation_runtime"u8).GetString(),
        EvaluationContexts = [.. flag.GetProperty("evaluation_contexts"u8).EnumerateArray().Select(context => context.GetString()!)],
        BucketingIdentifier = flag.GetProperty("bucketing_identifier"u8).GetString(),
        HasEncryptedPayloads = flag.GetProperty("has_encrypted_payloads"u8).GetBoolean(),
        HasExperiment = flag.GetProperty("has_experiment"u8).GetBoolean(),
    };

    private static void WriteCohort(Utf8JsonWriter writer, CohortRow cohort)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id"u8, cohort.Id);
        writer.WriteNumber("team_id"u8, cohort.TeamId);
        writer.WriteString("name"u8, cohort.Name);
        writer.WriteBoolean("is_static"u8, cohort.IsStatic);
        WriteDocument(writer, "filters", cohort.FiltersJson);
        WriteDocument(writer, "groups", cohort.GroupsJson);
        writer.WriteString("cohort_type"u8, cohort.CohortType);
        writer.WriteEndObject();
    }

    private static CohortRow ReadCohort(JsonElement cohort) => new()
    {
        Id = cohort.GetProperty("id"u8).GetInt32(),
        TeamId = cohort.GetProperty("team_id"u8).GetInt32(),
        Name = cohort.GetProperty("name"u8).GetString()!,
        IsStatic = cohort.GetProperty("is_static"u8).GetBoolean(),
        FiltersJson = ReadDocument(cohort, "filters"),
        GroupsJson = ReadDocument(cohort, "groups"),
        CohortType = cohort.GetProperty("cohort_type"u8).GetString(),
    };

    private static void WriteMetadata(Utf8JsonWriter writer, EvaluationMetadata metadata)
    {
        writer.WriteStartObject("evaluation_metadata"u8);
        writer.WriteStartArray("dependency_stages"u8);
        foreach (var stage in metadata.DependencyStages)
        {
            writer.WriteStartArray();
            WriteNumbers(writer, stage.Order());
        }

        writer.WriteEndArray();
        writer.WriteStartArray("flags_with_missing_deps"u8);
        WriteNumbers(writer, metadata.FlagsWithMissingDependencies.Order());
        writer.WriteStartObject("transitive_deps"u8);
        foreach (var (flag, below) in metadata.TransitiveDependencies)
        {
            writer.WriteStartArray(flag.ToString(CultureInfo.InvariantCulture));
            WriteNumbers(writer, below);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteTeam(Utf8JsonWriter writer, TeamDefinitions definitions)
    {
        writer.WriteStartObject("team"u8);
        writer.WriteNumber("id"u8, definitions.TeamId);
        writer.WriteNumber("fingerprint"u8, definitions.Fingerprint);
        writer.WriteString("timezone"u8, definitions.TimeZone);
        writer.WriteBoolean("explicit_matching"u8, definitions.ExplicitMatching);
        writer.WriteBoolean("minimal_flag_called_events"u8, definitions.MinimalFlagCalledEvents);
        if (definitions.GroupTypes is { } types)
        {
            writer.WriteStartObject("group_types"u8);
            foreach (var (index, name) in types.OrderBy(type => type.Key))
            {
                writer.WriteString(index.ToString(CultureInfo.InvariantCulture), name);
            }

            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("group_types"u8);
        }

        writer.WriteStartArray("survey_flags"u8);
        WriteNumbers(writer, definitions.SurveyFlagIds.Order());
        writer.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter writer, IEnumerable<int> numbers)
    {
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    private static Dictionary<int, string>? ReadGroupTypes(JsonElement types) => types.ValueKind == JsonValueKind.Null
        ? null
        : types.EnumerateObject().ToDictionary(type => int.Parse(type.Name, CultureInfo.InvariantCulture), type => type.Value.GetString()!);

    // What is stored may be no JSON at all: the other server must come to the same verdict on it.
    private static void WriteDocument(Utf8JsonWriter writer, string name, ReadOnlyMemory<byte>? json)
    {
        if (json is not { } document)
        {
            writer.WriteNull(name);
        }
        else if (IsJson(document.Span))
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(document.Span, skipInputValidation: true);
        }
        else
        {
            writer.WriteBase64String(name + "_raw", document.Span);
        }
    }

    private static ReadOnlyMemory<byte>? ReadDocument(JsonElement row, string name)
    {
        if (row.TryGetProperty(name + "_raw", out var raw))
        {
            return raw.GetBytesFromBase64();
        }

        // Without the type, a null would become an empty document.
        var value = row.GetProperty(name);
        return value.ValueKind == JsonValueKind.Null ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>(JsonMarshal.GetRawUtf8Value(value).ToArray());
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        // A bare null would read as an absent document, so it travels as text.
        if (text.IsEmpty || text.SequenceEqual("null"u8) || !System.Text.Unicode.Utf8.IsValid(text))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = Depth - 8 });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
