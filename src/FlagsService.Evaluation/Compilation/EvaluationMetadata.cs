namespace FlagsService.Evaluation.Compilation;

/// <summary>What a cached bundle says about the dependencies of its flags.</summary>
/// <param name="DependencyStages">Flag ids in evaluation order; flags of a cycle and all above them are in no stage.</param>
/// <param name="FlagsWithMissingDependencies">Ids of flags that depend, directly or through others, on a flag that does not exist, and of all flags in no stage.</param>
/// <param name="TransitiveDependencies">By flag id, every existing flag it depends on; flags without dependencies have an empty list.</param>
public sealed record EvaluationMetadata(
    IReadOnlyList<IReadOnlyList<int>> DependencyStages,
    IReadOnlyList<int> FlagsWithMissingDependencies,
    IReadOnlyDictionary<int, IReadOnlyList<int>> TransitiveDependencies);
