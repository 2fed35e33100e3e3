namespace FlagsService.RateLimiting;

/// <summary>The two budgets of a team on the definitions.</summary>
internal sealed class DefinitionsLimitOptions
{
    /// <summary>Documents a minute.</summary>
    public int FullPerMinute { get; set; } = 600;

    /// <summary>Requests with a validator a minute; one that turns out not to match takes from the full budget as well.</summary>
    public int ConditionalPerMinute { get; set; } = 6000;

    /// <summary>JSON of full budgets by team, such as <c>{"123":"1200/minute"}</c>.</summary>
    public string Overrides { get; set; } = "";

    /// <summary>Ids of teams without limits, with commas; a row in the database wins.</summary>
    public string AllowListTeams { get; set; } = "";
}
