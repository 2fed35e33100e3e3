using System.Text.Json;
using FlagsService.Evaluation.Definitions;

namespace FlagsService.HyperCache.FlagDefinitions.Documents;

/// <summary>Filters in the types that every SDK reads: the operator always there, numbers as texts, lists of texts and numbers only.</summary>
internal static class FilterValues
{
    /// <summary>Whether SDKs can hold the operand at all: no object, and no list of anything but plain values.</summary>
    internal static bool IsExpressible(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => false,
        JsonValueKind.Array => value.EnumerateArray().All(item => item.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)),
        _ => true,
    };

    /// <summary>Whether SDKs can hold a group type's index: one of them reads a byte.</summary>
    internal static bool IsIndex(int? index) => index is null or (>= byte.MinValue and <= byte.MaxValue);

    /// <summary>An id that SDKs can hold: 32 bits.</summary>
    internal static bool TryId(JsonElement value, out int id)
    {
        id = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out id);
    }

    internal static void WriteProperty(Utf8JsonWriter writer, PropertyFilter filter, bool? negation)
    {
        writer.WriteStartObject();
        writer.WriteString("key"u8, filter.Key);
        writer.WriteString("type"u8, filter.Type == PropertyFilterType.Group ? "group"u8 : "person"u8);
        writer.WritePropertyName("value"u8);
        WriteValue(writer, filter.Value);
        writer.WriteString("operator"u8, (filter.Operator ?? PropertyOperator.Exact).ToWire());
        if (filter.GroupTypeIndex is { } index)
        {
            writer.WriteNumber("group_type_index"u8, index);
        }

        WriteNegation(writer, negation);
        writer.WriteEndObject();
    }

    internal static void WriteCohort(Utf8JsonWriter writer, long cohortId, PropertyOperator comparison, bool? negation)
    {
        writer.WriteStartObject();
        writer.WriteString("key"u8, "id"u8);
        writer.WriteString("type"u8, "cohort"u8);
        writer.WriteNumber("value"u8, cohortId);
        writer.WriteString("operator"u8, comparison.ToWire());
        WriteNegation(writer, negation);
        writer.WriteEndObject();
    }

    internal static void WriteNumber(Utf8JsonWriter writer, double number)
    {
        if (Math.Floor(number) == number && Math.Abs(number) < 1e15)
        {
            writer.WriteNumberValue((long)number);
        }
        else
        {
            writer.WriteNumberValue(number);
        }
    }

    private static void WriteNegation(Utf8JsonWriter writer, bool? negation)
    {
        if (negation is { } value)
        {
            writer.WriteBoolean("negation"u8, value);
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                writer.WriteNullValue();
                break;
            case JsonValueKind.Number:
                writer.WriteStringValue(value.GetRawText());
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    WriteItem(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    // Booleans and null compare by their texts, so the text says the same and every reader takes it.
    private static void WriteItem(Utf8JsonWriter writer, JsonElement item)
    {
        if (item.ValueKind is JsonValueKind.String or JsonValueKind.Number)
        {
            item.WriteTo(writer);
        }
        else
        {
            writer.WriteStringValue(item.GetRawText());
        }
    }
}
