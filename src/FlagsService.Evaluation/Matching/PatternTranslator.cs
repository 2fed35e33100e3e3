using System.Buffers;
using System.Globalization;
using System.Text;

namespace FlagsService.Evaluation.Matching;

/// <summary>Rewrites a pattern of the Rust dialect for .NET: named groups, end of text, possessive quantifiers, POSIX classes and code points.</summary>
internal sealed class PatternTranslator(string pattern)
{
    private static readonly SearchValues<char> QuantifierCharacters = SearchValues.Create("0123456789,");

    private readonly StringBuilder output = new();
    private readonly Stack<(int Start, bool MultiLine)> groups = new();
    private bool multiLine;
    private bool invalid;
    private int at;
    private int atomStart = -1;

    /// <summary>The pattern for .NET; null when it has something that .NET cannot express.</summary>
    public string? Translate()
    {
        while (at < pattern.Length && !invalid)
        {
            TranslateNext();
        }

        return invalid ? null : output.ToString();
    }

    private void TranslateNext()
    {
        var c = pattern[at];
        switch (c)
        {
            case '\\':
                Atom();
                TranslateEscape(inClass: false);
                break;
            case '[':
                Atom();
                TranslateClass();
                break;
            case '(':
                OpenGroup();
                break;
            case ')':
                CloseGroup();
                break;
            case '$':
                Atom();
                at++;
                output.Append(multiLine ? "$" : "\\z");
                break;
            case '*' or '+' or '?':
                at++;
                TranslateQuantifier(c.ToString());
                break;
            case '{' when QuantifierLength() is var length and > 0:
                at += length;
                TranslateQuantifier(pattern.Substring(at - length, length));
                break;
            default:
                Atom();
                output.Append(c);
                at++;
                break;
        }
    }

    private void Atom() => atomStart = output.Length;

    private void TranslateQuantifier(string quantifier)
    {
        if (at < pattern.Length && pattern[at] == '+' && atomStart >= 0)
        {
            at++;
            output.Insert(atomStart, "(?>").Append(quantifier).Append(')');
            return;
        }

        output.Append(quantifier);
        if (at < pattern.Length && pattern[at] == '?')
        {
            output.Append('?');
            at++;
        }
    }

    private int QuantifierLength()
    {
        var end = pattern.IndexOf('}', at);
        if (end < 0)
        {
            return 0;
        }

        var body = pattern.AsSpan(at + 1, end - at - 1);
        return body.Length > 0 && char.IsAsciiDigit(body[0]) && body.Count(',') <= 1 && !body.ContainsAnyExcept(QuantifierCharacters) ? end - at + 1 : 0;
    }

    private void OpenGroup()
    {
        groups.Push((output.Length, multiLine));
        if (Take("(?P=", out var name, ')'))
        {
            groups.Pop();
            Atom();
            output.Append("\\k<").Append(name).Append('>');
        }
        else if (Peek("(?P<"))
        {
            at += 4;
            output.Append("(?<");
        }
        else if (Peek("(?") && FlagsLength() is var length and > 0)
        {
            TranslateFlags(length);
        }
        else
        {
            output.Append('(');
            at++;
            if (at < pattern.Length && pattern[at] == '?')
            {
                var lookaround = Peek("?<=") || Peek("?<!") ? 3 : Peek("?<") ? 2 : Math.Min(2, pattern.Length - at);
                output.Append(pattern, at, lookaround);
                at += lookaround;
            }
        }
    }

    // The length of "imsx-imsx" up to its colon or parenthesis, 0 when the group is of another kind.
    private int FlagsLength()
    {
        var end = at + 2;
        while (end < pattern.Length && pattern[end] is 'i' or 'm' or 's' or 'x' or 'U' or 'u' or 'R' or '-')
        {
            end++;
        }

        return end > at + 2 && end < pattern.Length && pattern[end] is ')' or ':' ? end - at - 2 : 0;
    }

    private void TranslateFlags(int length)
    {
        var flags = pattern.Substring(at + 2, length);
        var minus = flags.IndexOf('-', StringComparison.Ordinal);
        var on = minus < 0 ? flags : flags[..minus];
        invalid |= flags.AsSpan().ContainsAny('U', 'R');
        at += 2 + length + 1;
        var closes = pattern[at - 1] == ')';
        multiLine = flags.Contains('m', StringComparison.Ordinal) ? on.Contains('m', StringComparison.Ordinal) : multiLine;
        output.Append("(?").Append(flags.Replace("u", "", StringComparison.Ordinal)).Append(closes ? ')' : ':');
        if (closes)
        {
            groups.Pop();
            atomStart = -1;
        }
    }

    private void CloseGroup()
    {
        output.Append(')');
        at++;
        if (groups.TryPop(out var group))
        {
            multiLine = group.MultiLine;
            atomStart = group.Start;
        }
    }

    private void TranslateEscape(bool inClass)
    {
        if (at + 1 >= pattern.Length)
        {
            invalid = true;
            return;
        }

        var c = pattern[at + 1];
        switch (c)
        {
            case 'x' or 'u' or 'U' when at + 2 < pattern.Length && pattern[at + 2] == '{':
                TranslateCodePoint(inClass);
                break;
            case 'p' or 'P' when at + 2 < pattern.Length && pattern[at + 2] != '{':
                output.Append('\\').Append(c).Append('{').Append(pattern[at + 2]).Append('}');
                at += 3;
                break;
            case 'h' or 'H' or 'K' or 'G' or 'R' or 'X' or 'c':
                invalid = true;
                break;
            case '<' or '>' or '-' or '&' or '~' or '/' or '"' or '\'' or '%' or ',' or ':' or ';' or '=' or '@' or '_' or '`' or '!':
                output.Append(c == '-' ? "\\-" : c.ToString());
                at += 2;
                break;
            default:
                output.Append('\\').Append(c);
                at += 2;
                break;
        }
    }

    private void TranslateCodePoint(bool inClass)
    {
        var end = pattern.IndexOf('}', at);
        if (end < 0 || !int.TryParse(pattern.AsSpan(at + 3, end - at - 3), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || !Rune.IsValid(value) ||
            (inClass && value > char.MaxValue))
        {
            invalid = true;
            return;
        }

        at = end + 1;
        var text = new Rune(value).ToString();
        if (text.Length > 1)
        {
            output.Append("(?:").Append(text).Append(')');
        }
        else
        {
            output.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[0]:X4}");
        }
    }

    private void TranslateClass()
    {
        output.Append('[');
        at++;
        if (at < pattern.Length && pattern[at] == '^')
        {
            output.Append('^');
            at++;
        }

        for (var first = true; at < pattern.Length && !invalid; first = false)
        {
            var c = pattern[at];
            if (c == ']' && !first)
            {
                output.Append(']');
                at++;
                return;
            }

            if (c == '[')
            {
                TranslatePosixClass();
            }
            else if (c == '\\')
            {
                TranslateEscape(inClass: true);
            }
            else
            {
                invalid |= Peek("&&") || Peek("--") || Peek("~~");
                output.Append(c == ']' ? "\\]" : c.ToString());
                at++;
            }
        }

        invalid = true;
    }

    private void TranslatePosixClass()
    {
        var members = Take("[:", out var name, ']') && name.EndsWith(':')
            ? PosixClasses.Members(name[..^1])
            : null;
        invalid |= members is null;
        output.Append(members);
    }

    private bool Peek(string text) => string.CompareOrdinal(pattern, at, text, 0, text.Length) == 0;

    private bool Take(string opening, out string body, char closing)
    {
        body = "";
        if (!Peek(opening) || pattern.IndexOf(closing, at + opening.Length) is var end && end < 0)
        {
            return false;
        }

        body = pattern[(at + opening.Length)..end];
        at = end + 1;
        return true;
    }
}
