namespace FlagsService.Evaluation.Definitions;

/// <summary>Several nodes joined. All of nothing holds, any of nothing does not.</summary>
/// <param name="IsOr">Any node suffices; otherwise all must hold (the stored types <c>AND</c> and <c>property</c>).</param>
/// <param name="Nodes">The joined nodes in stored order.</param>
public sealed record CohortGroup(bool IsOr, IReadOnlyList<CohortNode> Nodes) : CohortNode;
