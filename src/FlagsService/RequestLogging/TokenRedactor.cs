using System.Text;

namespace FlagsService.RequestLogging;

/// <summary>Takes secrets out of text: project secrets, personal keys, OAuth tokens and signed web tokens. Public tokens stay: everybody may know them.</summary>
/// <remarks>Redact first, truncate after: a token cut in half would no longer be known for one.</remarks>
internal static class TokenRedactor
{
    /// <summary>The text without secrets; the same instance where there are none.</summary>
    internal static string Redact(string text)
    {
        var secrets = new SecretScanner(text);
        if (!secrets.MoveNext())
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        var copied = 0;
        do
        {
            clean.Append(text, copied, secrets.Start - copied).Append(secrets.Replacement);
            copied = secrets.End;
        }
        while (secrets.MoveNext());
        return clean.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>Writes the text without secrets.</summary>
    internal static void Write(ReadOnlySpan<char> text, TextWriter output)
    {
        if (!SecretScanner.MayFind(text))
        {
            output.Write(text);
            return;
        }

        var secrets = new SecretScanner(text);
        var copied = 0;
        while (secrets.MoveNext())
        {
            output.Write(text[copied..secrets.Start]);
            output.Write(secrets.Replacement);
            copied = secrets.End;
        }

        output.Write(text[copied..]);
    }

    /// <summary>Cuts text to a number of UTF-8 bytes, never inside a character.</summary>
    /// <returns>True when something was cut off.</returns>
    internal static bool Truncate(string text, int bytes, out string kept)
    {
        var used = 0;
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (used + rune.Utf8SequenceLength > bytes)
            {
                kept = text[..length];
                return true;
            }

            used += rune.Utf8SequenceLength;
            length += rune.Utf16SequenceLength;
        }

        kept = text;
        return false;
    }
}
