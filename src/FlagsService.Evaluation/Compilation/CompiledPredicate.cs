using FlagsService.Evaluation.Matching;

namespace FlagsService.Evaluation.Compilation;

/// <summary>A comparison of one property, shared by every condition and cohort that makes the same one, so that a request makes it once.</summary>
/// <param name="Index">Place of its answer in the request's memory.</param>
/// <param name="Slot">The property; -1 for one that nobody can have.</param>
/// <param name="Source">Where the property is looked for, see <see cref="PropertyTable"/>.</param>
/// <param name="Test">The comparison.</param>
internal sealed record CompiledPredicate(int Index, int Slot, int Source, ValueTest Test);
