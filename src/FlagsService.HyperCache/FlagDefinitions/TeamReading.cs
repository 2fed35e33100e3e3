using FlagsService.Evaluation.Definitions;

namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>The rows of a team with the number of changes that had been heard of when their reading began.</summary>
internal sealed record TeamReading(TeamDefinitions Definitions, int Generation);
