namespace FlagsService.Evaluation.Matching;

/// <summary>Named character classes that .NET patterns do not know.</summary>
internal static class PosixClasses
{
    /// <summary>The members as they stand inside brackets; null for an unknown name.</summary>
    public static string? Members(string name) => name switch
    {
        "alpha" => "A-Za-z",
        "digit" => "0-9",
        "alnum" => "0-9A-Za-z",
        "upper" => "A-Z",
        "lower" => "a-z",
        "space" => "\\t\\n\\v\\f\\r ",
        "blank" => "\\t ",
        "punct" => "!-/:-@\\[-`{-~",
        "word" => "0-9A-Za-z_",
        "xdigit" => "0-9A-Fa-f",
        "cntrl" => "\\x00-\\x1F\\x7F",
        "graph" => "!-~",
        "print" => " -~",
        "ascii" => "\\x00-\\x7F",
        _ => null,
    };
}
