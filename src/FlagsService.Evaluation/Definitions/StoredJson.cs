using System.Text.Json;
using System.Text.Unicode;

namespace FlagsService.Evaluation.Definitions;

/// <summary>Reads stored documents, checking up front everything on which a later access would throw.</summary>
internal static class StoredJson
{
    /// <summary>Levels of nesting read; a deeper document counts as unreadable.</summary>
    public const int MaxDepth = 256;

    /// <summary>Parses a document into a detached element; the fault when it cannot be used.</summary>
    public static StoredJsonFault? Parse(ReadOnlySpan<byte> json, out JsonElement document)
    {
        document = default;
        if (!Utf8.IsValid(json))
        {
            return new StoredJsonFault("not valid UTF-8", false);
        }

        try
        {
            if (Check(json) is { } fault)
            {
                return fault;
            }

            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            document = JsonElement.ParseValue(ref reader);
            return null;
        }
        catch (JsonException)
        {
            return new StoredJsonFault("not valid JSON", false);
        }
        catch (InvalidOperationException)
        {
            return new StoredJsonFault("a text with half a surrogate pair", false);
        }
    }

    private static StoredJsonFault? Check(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray when reader.CurrentDepth >= MaxDepth:
                    return new StoredJsonFault($"nested deeper than {MaxDepth} levels", true);
                case JsonTokenType.String or JsonTokenType.PropertyName when reader.ValueIsEscaped:
                    _ = reader.GetString();
                    break;
                case JsonTokenType.Number when !double.IsFinite(reader.GetDouble()):
                    return new StoredJsonFault("a number that is not finite", false);
            }
        }

        return null;
    }
}
