namespace FlagsService.Evaluation.Definitions;

/// <summary>People kept out of an experiment.</summary>
/// <param name="Id">Names the variant <c>holdout-&lt;id&gt;</c>.</param>
/// <param name="ExclusionPercentage">Share held out, as stored; clamped to 0..100 at use.</param>
public sealed record FlagHoldout(long Id, double ExclusionPercentage);
