namespace FlagsService.Evaluation.Definitions;

/// <summary>One variant of a multivariate flag.</summary>
/// <param name="Key">Its key, possibly empty.</param>
/// <param name="Name">Its human name; null when absent.</param>
/// <param name="RolloutPercentage">Its share; shares are summed in stored order and need not reach 100.</param>
public sealed record FlagVariant(string Key, string? Name, double RolloutPercentage);
