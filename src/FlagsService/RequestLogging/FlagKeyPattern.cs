namespace FlagsService.RequestLogging;

/// <summary>A flag key with <c>*</c> for anything; every other character stands for itself, from the first to the last.</summary>
internal static class FlagKeyPattern
{
    internal static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> key)
    {
        var (p, k) = (0, 0);
        var (star, resume) = (-1, 0);
        while (k < key.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, resume) = (p++, k);
            }
            else if (p < pattern.Length && pattern[p] == key[k])
            {
                p++;
                k++;
            }
            else if (star >= 0)
            {
                // The last star takes one character more; earlier ones need no second look.
                p = star + 1;
                k = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }
}
