using System.Buffers;
using System.Text;
using System.Text.Json;

namespace FlagsService.Evaluation.Matching;

/// <summary>JSON values as the text that comparisons see: compact, object keys sorted by code point, integers and floats distinct.</summary>
internal static class CanonicalText
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1024 };

    /// <summary>The text of a stored value: a string as it is, everything else as compact JSON.</summary>
    public static byte[] Of(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return Encoding.UTF8.GetBytes(value.GetString()!);
        }

        var target = new ArrayBufferWriter<byte>();
        Append(Encoding.UTF8.GetBytes(value.GetRawText()), target);
        return target.WrittenSpan.ToArray();
    }

    /// <summary>Appends a value as compact JSON, strings in quotes.</summary>
    public static void Append(ReadOnlySpan<byte> json, IBufferWriter<byte> target)
    {
        var reader = new Utf8JsonReader(json, Options);
        reader.Read();
        Append(ref reader, json, target);
    }

    private static void Append(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, IBufferWriter<byte> target)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                AppendObject(ref reader, json, target);
                break;
            case JsonTokenType.StartArray:
                AppendArray(ref reader, json, target);
                break;
            case JsonTokenType.String:
                AppendQuoted(ref reader, target);
                break;
            case JsonTokenType.Number:
                Span<byte> number = stackalloc byte[NumberText.MaxLength];
                target.Write(number[..NumberText.Format(reader.ValueSpan, number)]);
                break;
            default:
                target.Write(reader.ValueSpan);
                break;
        }
    }

    private static void AppendArray(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, IBufferWriter<byte> target)
    {
        target.Write("["u8);
        for (var first = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; first = false)
        {
            if (!first)
            {
                target.Write(","u8);
            }

            Append(ref reader, json, target);
        }

        target.Write("]"u8);
    }

    private static void AppendObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, IBufferWriter<byte> target)
    {
        var members = new SortedDictionary<byte[], (int Start, int End)>(Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y)));
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonText.Unescape(ref reader);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            members[name] = (start, (int)reader.BytesConsumed);
        }

        var separator = "{"u8;
        foreach (var (name, (start, end)) in members)
        {
            target.Write(separator);
            separator = ","u8;
            JsonText.AppendQuoted(name, target);
            target.Write(":"u8);
            Append(json[start..end], target);
        }

        target.Write(members.Count == 0 ? "{}"u8 : "}"u8);
    }

    private static void AppendQuoted(ref Utf8JsonReader reader, IBufferWriter<byte> target)
    {
        if (reader.ValueIsEscaped)
        {
            JsonText.AppendQuoted(JsonText.Unescape(ref reader), target);
        }
        else
        {
            target.Write("\""u8);
            target.Write(reader.ValueSpan);
            target.Write("\""u8);
        }
    }
}
