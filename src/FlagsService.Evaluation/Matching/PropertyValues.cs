using System.Buffers;
using System.Text;
using System.Text.Json;

namespace FlagsService.Evaluation.Matching;

/// <summary>The properties of one request that filters can ask for, with views that are computed once and remembered.</summary>
internal sealed class PropertyValues
{
    /// <summary>Subjects longer than this are not searched by patterns.</summary>
    public const int MaxPatternSubjectBytes = 64 * 1024;

    private readonly ScratchBytes scratch;
    private PropertySlot[] slots = [];
    private char[] subject = [];
    private int count;

    public PropertyValues(ScratchBytes scratch) => this.scratch = scratch;

    /// <summary>Time of the request.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>What backtracking patterns may still cost in this request.</summary>
    public PatternBudget PatternBudget { get; } = new();

    public void Reset(int slotCount)
    {
        slots.AsSpan(0, count).Clear();
        if (slots.Length < slotCount)
        {
            slots = new PropertySlot[slotCount];
        }

        count = slotCount;
        PatternBudget.Reset();
    }

    public bool IsSet(int slot) => slots[slot].Kind != JsonTokenType.None;

    public JsonTokenType Kind(int slot) => slots[slot].Kind;

    /// <summary>The value as JSON; strings without quotes unless they contain escapes.</summary>
    public ReadOnlySpan<byte> Json(int slot) => slots[slot].Json.Span;

    /// <summary>Whether <see cref="Json"/> is complete JSON; otherwise it is the inside of a string.</summary>
    public bool IsQuoted(int slot) => slots[slot].Kind != JsonTokenType.String || slots[slot].IsEscaped;

    /// <summary>Takes the value under the reader and leaves the reader at its end.</summary>
    public void Set(int slot, ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        var value = new PropertySlot { Kind = reader.TokenType };
        if (reader.TokenType == JsonTokenType.String)
        {
            value.IsEscaped = reader.ValueIsEscaped;
            value.Json = value.IsEscaped ? json.Slice(start, reader.ValueSpan.Length + 2) : json.Slice(start + 1, reader.ValueSpan.Length);
        }
        else
        {
            reader.Skip();
            value.Json = json.Slice(start, (int)reader.BytesConsumed - start);
        }

        slots[slot] = value;
    }

    public void SetText(int slot, ReadOnlyMemory<byte> text)
    {
        slots[slot] = default;
        slots[slot].Kind = JsonTokenType.String;
        slots[slot].Json = text;
    }

    public void SetNumber(int slot, ReadOnlyMemory<byte> json)
    {
        slots[slot] = default;
        slots[slot].Kind = JsonTokenType.Number;
        slots[slot].Json = json;
    }

    public void Copy(int from, int to) => slots[to] = slots[from];

    /// <summary>Strings as they are, everything else as compact JSON.</summary>
    public ReadOnlySpan<byte> Text(int slot) => TextMemory(slot).Span;

    public ReadOnlyMemory<byte> TextMemory(int slot)
    {
        ref var value = ref slots[slot];
        if (!value.Has(TextViews.Text))
        {
            value.Text = ComputeText(ref value);
            value.Computed |= TextViews.Text;
        }

        return value.Text;
    }

    public ReadOnlySpan<byte> AsciiLower(int slot)
    {
        ref var value = ref slots[slot];
        if (!value.Has(TextViews.AsciiLower))
        {
            var text = Text(slot);
            var lower = scratch.Take(text.Length);
            Casing.AsciiLower(text, lower.Span);
            value.AsciiLower = lower;
            value.Computed |= TextViews.AsciiLower;
        }

        return value.AsciiLower.Span;
    }

    public ReadOnlySpan<byte> Lower(int slot)
    {
        ref var value = ref slots[slot];
        if (!value.Has(TextViews.Lower))
        {
            var text = Text(slot);
            _ = AsciiLower(slot);
            value.Lower = Ascii.IsValid(text) ? value.AsciiLower : Casing.Lower(text);
            value.Computed |= TextViews.Lower;
        }

        return value.Lower.Span;
    }

    /// <summary>The number view: a number, or text that is one.</summary>
    public bool TryNumber(int slot, out double number)
    {
        ref var value = ref slots[slot];
        if (value.NumberState == 0)
        {
            var isNumber = value.Kind is JsonTokenType.Number or JsonTokenType.String && NumberText.TryParse(Text(value.Kind, slot), out value.Number);
            value.NumberState = isNumber ? (byte)1 : (byte)2;
        }

        number = value.Number;
        return value.NumberState == 1;
    }

    /// <summary>The text view as UTF-16, in memory that the next call reuses.</summary>
    public bool TrySubject(int slot, out ReadOnlySpan<char> text)
    {
        var bytes = Text(slot);
        text = default;
        if (bytes.Length > MaxPatternSubjectBytes)
        {
            return false;
        }

        if (subject.Length < bytes.Length)
        {
            subject = new char[Math.Max(256, bytes.Length)];
        }

        text = subject.AsSpan(0, Encoding.UTF8.GetChars(bytes, subject));
        return true;
    }

    private ReadOnlySpan<byte> Text(JsonTokenType kind, int slot) => kind == JsonTokenType.Number ? slots[slot].Json.Span : Text(slot);

    private ReadOnlyMemory<byte> ComputeText(ref PropertySlot value)
    {
        switch (value.Kind)
        {
            case JsonTokenType.String when value.IsEscaped:
                var plain = scratch.Take(value.Json.Length);
                return scratch.Trim(plain, JsonText.Unescape(value.Json.Span, plain.Span));
            case JsonTokenType.Number when !NumberText.IsPlainInteger(value.Json.Span):
                var number = scratch.Take(Math.Max(NumberText.MaxLength, value.Json.Length));
                return scratch.Trim(number, NumberText.Format(value.Json.Span, number.Span));
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                var text = new ArrayBufferWriter<byte>(value.Json.Length);
                CanonicalText.Append(value.Json.Span, text);
                return text.WrittenMemory;
            default:
                return value.Json;
        }
    }
}
