namespace FlagsService.Evaluation.Lookups;

/// <summary>Why storage could not answer, in the words of a failed flag's reason.</summary>
/// <param name="Code">Wire code, for instance <c>timeout:query_canceled</c> or <c>database_error</c>.</param>
/// <param name="Description">Wire description that belongs to the code.</param>
public sealed record LookupFailure(string Code, string Description);
