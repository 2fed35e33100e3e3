using System.Buffers;
using System.Text.Json;

namespace FlagsService.Evaluation.Matching;

/// <summary>Strings between JSON and plain UTF-8.</summary>
internal static class JsonText
{
    /// <summary>The string or member name under the reader, without escapes.</summary>
    public static byte[] Unescape(ref Utf8JsonReader reader)
    {
        var room = new byte[reader.ValueSpan.Length];
        return room.AsSpan(0, reader.CopyString(room)).ToArray();
    }

    /// <summary>Undoes the escapes of a string's content; the room is at least as long as the content. Returns the bytes written, 0 for half a surrogate pair.</summary>
    public static int Unescape(ReadOnlySpan<byte> quoted, Span<byte> room)
    {
        var reader = new Utf8JsonReader(quoted);
        try
        {
            return reader.Read() ? reader.CopyString(room) : 0;
        }
        catch (Exception failure) when (failure is InvalidOperationException or JsonException)
        {
            return 0;
        }
    }

    /// <summary>Appends text in quotes, escaping only what JSON demands.</summary>
    public static void AppendQuoted(ReadOnlySpan<byte> text, IBufferWriter<byte> target)
    {
        target.Write("\""u8);
        while (NextSpecial(text) is var at and >= 0)
        {
            target.Write(text[..at]);
            AppendEscaped(text[at], target);
            text = text[(at + 1)..];
        }

        target.Write(text);
        target.Write("\""u8);
    }

    private static int NextSpecial(ReadOnlySpan<byte> text)
    {
        var control = text.IndexOfAnyInRange((byte)0, (byte)0x1f);
        var special = (control < 0 ? text : text[..control]).IndexOfAny((byte)'"', (byte)'\\');
        return special < 0 ? control : special;
    }

    private static void AppendEscaped(byte c, IBufferWriter<byte> target)
    {
        ReadOnlySpan<byte> escaped = c switch
        {
            (byte)'"' => "\\\""u8,
            (byte)'\\' => "\\\\"u8,
            (byte)'\b' => "\\b"u8,
            (byte)'\f' => "\\f"u8,
            (byte)'\n' => "\\n"u8,
            (byte)'\r' => "\\r"u8,
            (byte)'\t' => "\\t"u8,
            _ => [(byte)'\\', (byte)'u', (byte)'0', (byte)'0', HexDigit(c >> 4), HexDigit(c & 15)],
        };
        target.Write(escaped);
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}
