using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache.FlagDefinitions.Documents;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>Renders the definitions of a team for SDKs that evaluate locally, so that the strictest of their readers can load them.</summary>
/// <remarks>One wrong type makes some SDKs refuse the whole document, so everything is written from the parsed model and nothing is copied.</remarks>
public static class DefinitionsDocumentBuilder
{
    private const int TagLength = 16;
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true };

    /// <summary>The document of a team; the same definitions always give the same bytes.</summary>
    public static DefinitionsDocument Build(TeamDefinitions definitions)
    {
        var flags = ReadableFlag.ReadAll(definitions);
        var cohorts = new ListedCohorts(definitions.Cohorts, flags);
        var chains = new DependencyChains(flags);
        var output = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(output, Options))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("flags"u8);
            var flagWriter = new FlagDefinitionWriter(writer, cohorts, chains);
            foreach (var flag in flags)
            {
                flagWriter.Write(flag);
            }

            writer.WriteEndArray();
            writer.WriteStartObject("group_type_mapping"u8);
            foreach (var (index, name) in (definitions.GroupTypes ?? new Dictionary<int, string>()).OrderBy(type => type.Key))
            {
                writer.WriteString(index.ToString(CultureInfo.InvariantCulture), name);
            }

            writer.WriteEndObject();
            cohorts.Write(writer);
            writer.WriteBoolean("minimal_flag_called_events"u8, definitions.MinimalFlagCalledEvents);
            writer.WriteNumber("property_matching_version"u8, definitions.ExplicitMatching ? 2 : 1);
            writer.WriteEndObject();
        }

        var json = output.WrittenSpan.ToArray();
        return new DefinitionsDocument(definitions.TeamId, definitions.Revision, Tag(definitions.TeamId, json), json, flags.Any(flag => IsBillable(flag.Row.Key))) { Fingerprint = definitions.Fingerprint };
    }

    /// <summary>The document that another server serialised; null for what is none.</summary>
    internal static DefinitionsDocument? TryRead(int teamId, long revision, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 1024 });
            var isBillable = document.RootElement.GetProperty("flags"u8).EnumerateArray().Any(flag => IsBillable(flag.GetProperty("key"u8).GetString()!));
            return new DefinitionsDocument(teamId, revision, Tag(teamId, json.Span), json, isBillable);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Sixteen hex digits over the team's id and the body, so that two teams with equal flags have different tags.</summary>
    internal static string Tag(int teamId, ReadOnlySpan<byte> json)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(teamId.ToString(CultureInfo.InvariantCulture) + "\n"));
        hash.AppendData(json);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..TagLength];
    }

    private static bool IsBillable(string key) =>
        !key.StartsWith("survey-targeting-", StringComparison.Ordinal) && !key.StartsWith("product-tour-targeting-", StringComparison.Ordinal);
}
