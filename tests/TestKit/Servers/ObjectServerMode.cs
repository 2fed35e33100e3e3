namespace FlagsService.TestKit.Servers;

/// <summary>How the test's object storage behaves.</summary>
public enum ObjectServerMode
{
    /// <summary>As it should.</summary>
    Well,

    /// <summary>Answers 503 to everything.</summary>
    Failing,

    /// <summary>Takes requests and never answers.</summary>
    Hanging,
}
