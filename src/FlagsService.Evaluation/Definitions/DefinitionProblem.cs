namespace FlagsService.Evaluation.Definitions;

/// <summary>A stored definition that could not be used, with the reason in words; the rest of the team goes on without it.</summary>
/// <param name="Kind"><c>flag</c> or <c>cohort</c>.</param>
/// <param name="Id">Row id.</param>
/// <param name="Key">Flag key or cohort name.</param>
/// <param name="Reason">What is wrong, with the path inside the document.</param>
public readonly record struct DefinitionProblem(string Kind, int Id, string Key, string Reason);
