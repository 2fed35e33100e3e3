namespace FlagsService.Evaluation.Results;

/// <summary>Why a flag has its value, as sent.</summary>
/// <param name="Code">Wire code, for instance <c>condition_match</c>.</param>
/// <param name="ConditionIndex">Zero-based index of the condition that decided; null where none did.</param>
/// <param name="Description">The sentence SDKs copy into events; never empty.</param>
public readonly record struct FlagReason(string Code, int? ConditionIndex, string Description);
