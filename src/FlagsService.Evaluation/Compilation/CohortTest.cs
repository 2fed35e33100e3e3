namespace FlagsService.Evaluation.Compilation;

/// <summary>Compares membership of a cohort.</summary>
/// <param name="Cohort">Place of the cohort; -1 when <paramref name="Fault"/> says why there is none.</param>
/// <param name="Expected">The membership wanted; null for an operator that never holds.</param>
/// <param name="Fault">What fails the flag once the test is reached.</param>
internal sealed record CohortTest(int Cohort, bool? Expected, CohortFault Fault);
