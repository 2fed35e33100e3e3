namespace FlagsService.Evaluation;

/// <summary>Where the caller runs, which decides the flags it may see.</summary>
public enum RequestRuntime
{
    /// <summary>Neither stated nor recognised: only flags for all runtimes.</summary>
    Unknown,

    /// <summary>Every flag.</summary>
    All,

    /// <summary>Browsers and mobile apps.</summary>
    Client,

    /// <summary>Server SDKs.</summary>
    Server,
}
