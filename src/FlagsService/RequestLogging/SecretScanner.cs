using System.Buffers;
using System.Globalization;

namespace FlagsService.RequestLogging;

/// <summary>Finds secrets in text whatever it went through: as they are, percent-encoded, with JSON escapes, or several of these. One pass, linear in the text.</summary>
internal ref struct SecretScanner(ReadOnlySpan<char> source)
{
    // Bounds the look-ahead at one place, so that a megabyte of backslashes or of %2525 costs no more than any other text.
    private const int DeepestNesting = 8;
    private const string Mark = "<redacted>";
    private static readonly SearchValues<char> Starts = SearchValues.Create("pPeE%\\");
    private static readonly SearchValues<string> PlainStarts = SearchValues.Create(["ph", "eyJ"], StringComparison.OrdinalIgnoreCase);
    private readonly ReadOnlySpan<char> text = source;
    private int position;
    private int noWebTokenBefore;

    /// <summary>Where the secret begins.</summary>
    internal int Start { get; private set; }

    /// <summary>Behind its last character.</summary>
    internal int End { get; private set; }

    /// <summary>What to write in its place.</summary>
    internal string Replacement { get; private set; } = "";

    /// <summary>A quick look whether there can be any: false for nearly every line, which has no escapes and names nothing like a secret.</summary>
    internal static bool MayFind(ReadOnlySpan<char> text) => text.ContainsAny('%', '\\') || text.ContainsAny(PlainStarts);

    internal bool MoveNext()
    {
        while (true)
        {
            var next = text[position..].IndexOfAny(Starts);
            if (next < 0)
            {
                return false;
            }

            Start = position + next;
            if (TryToken() || TryWebToken())
            {
                position = End;
                return true;
            }

            position = Start + 1;
        }
    }

    /// <summary><c>phs_</c> and <c>phx_</c> anywhere, as keys are glued to all sorts of text; <c>pha_</c> and <c>phr_</c> only where a word begins, for the sake of alpha_.</summary>
    private bool TryToken()
    {
        var at = Start;
        if (Letter(ref at) != 'p' || Letter(ref at) != 'h')
        {
            return false;
        }

        var kind = Letter(ref at);
        if (kind is not ('s' or 'x' or 'a' or 'r') || Letter(ref at) != '_' || (kind is 'a' or 'r' && IsInsideWord()))
        {
            return false;
        }

        End = SkipTail(at);
        if (End == at && text[at..].StartsWith(Mark, StringComparison.Ordinal))
        {
            End += Mark.Length;
        }

        Replacement = kind switch { 's' => "phs_" + Mark, 'x' => "phx_" + Mark, 'a' => "pha_" + Mark, _ => "phr_" + Mark };
        return true;
    }

    /// <summary>A signed web token: three dotted runs of base64url, of which the first begins <c>{"</c>.</summary>
    private bool TryWebToken()
    {
        if (Start < noWebTokenBefore || !text[Start..].StartsWith("eyJ", StringComparison.Ordinal))
        {
            return false;
        }

        var end = SkipPlainTail(Start);
        if (end + 1 >= text.Length || text[end] != '.' || !IsTail(text[end + 1]))
        {
            noWebTokenBefore = end;
            return false;
        }

        End = SkipPlainTail(end + 1);
        if (End < text.Length && text[End] == '.')
        {
            End = SkipPlainTail(End + 1);
        }

        Replacement = "eyJ" + Mark;
        return true;
    }

    private readonly int SkipTail(int at)
    {
        while (TryDecode(at, out var value, out var length) && IsTail(value))
        {
            at += length;
        }

        return at;
    }

    private readonly int SkipPlainTail(int at)
    {
        while (at < text.Length && IsTail(text[at]))
        {
            at++;
        }

        return at;
    }

    private readonly char Letter(ref int at)
    {
        if (!TryDecode(at, out var value, out var length))
        {
            return '\0';
        }

        at += length;
        return char.ToLowerInvariant(value);
    }

    /// <summary>One character as it was before it was encoded.</summary>
    private readonly bool TryDecode(int at, out char value, out int length)
    {
        var rest = text[at..];
        value = '\0';
        length = 1;
        if (rest.IsEmpty)
        {
            return false;
        }

        value = rest[0];
        if (value == '%')
        {
            var digits = 1;
            while (digits <= 2 * DeepestNesting && rest[digits..].StartsWith("25", StringComparison.Ordinal) && IsHex(rest, digits + 2, 2))
            {
                digits += 2;
            }

            return !IsHex(rest, digits, 2) || Decoded(rest.Slice(digits, 2), digits + 2, out value, out length);
        }

        if (value == '\\')
        {
            var slashes = 1;
            while (slashes < rest.Length && slashes < DeepestNesting && rest[slashes] == '\\')
            {
                slashes++;
            }

            return slashes >= rest.Length || rest[slashes] is not ('u' or 'U') || !IsHex(rest, slashes + 1, 4)
                || Decoded(rest.Slice(slashes + 1, 4), slashes + 5, out value, out length);
        }

        return true;
    }

    private static bool Decoded(ReadOnlySpan<char> digits, int consumed, out char value, out int length)
    {
        value = (char)ushort.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        length = consumed;
        return true;
    }

    private readonly bool IsInsideWord()
    {
        if (Start == 0 || !char.IsAsciiLetterOrDigit(text[Start - 1]))
        {
            return false;
        }

        return !(IsEscapeBefore(3, '%') || IsEscapeBefore(6, '\\') || IsEscapeBefore(2, '\\'));
    }

    private readonly bool IsEscapeBefore(int length, char sign) => Start >= length && text[Start - length] == sign;

    private static bool IsHex(ReadOnlySpan<char> text, int start, int count)
    {
        if (start + count > text.Length)
        {
            return false;
        }

        foreach (var c in text.Slice(start, count))
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsTail(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
}
