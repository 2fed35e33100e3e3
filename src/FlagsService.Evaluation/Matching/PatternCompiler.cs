using System.Text.RegularExpressions;

namespace FlagsService.Evaluation.Matching;

/// <summary>Compiles the patterns of filters, which are written for another engine, once at load.</summary>
internal static class PatternCompiler
{
    /// <summary>Longer patterns are not compiled.</summary>
    public const int MaxPatternBytes = 4 * 1024;

    /// <summary>The compiled pattern; null when it is invalid here, and then nothing matches.</summary>
    public static Regex? Compile(string pattern)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(pattern) > MaxPatternBytes || new PatternTranslator(pattern).Translate() is not { } translated)
        {
            return null;
        }

        return Build(translated, RegexOptions.NonBacktracking, Regex.InfiniteMatchTimeout) ?? Build(translated, RegexOptions.None, PatternBudget.PerMatch);
    }

    private static Regex? Build(string pattern, RegexOptions engine, TimeSpan timeout)
    {
        try
        {
            var regex = new Regex(pattern, engine | RegexOptions.CultureInvariant, timeout);

            // The first search builds what later ones reuse; paid here so that it does not eat a request's time.
            _ = regex.IsMatch("");
            return regex;
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException or RegexMatchTimeoutException or InsufficientExecutionStackException)
        {
            return null;
        }
    }
}
