using System.Buffers;
using System.Text;

namespace FlagsService.Evaluation.Matching;

/// <summary>The two foldings of the comparisons.</summary>
internal static class Casing
{
    public static void AsciiLower(ReadOnlySpan<byte> text, Span<byte> target)
    {
        if (Ascii.ToLower(text, target, out _) == OperationStatus.Done)
        {
            return;
        }

        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            target[i] = (uint)(c - 'A') <= 'Z' - 'A' ? (byte)(c | 0x20) : c;
        }
    }

    public static byte[] AsciiLower(byte[] text)
    {
        var lower = new byte[text.Length];
        AsciiLower(text, lower);
        return lower;
    }

    /// <summary>Lowers by Unicode's simple mapping, which leaves final sigma and dotted capital I to themselves.</summary>
    public static byte[] Lower(ReadOnlySpan<byte> text) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).ToLowerInvariant());
}
