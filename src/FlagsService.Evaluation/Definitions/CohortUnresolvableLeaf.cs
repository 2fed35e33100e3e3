using System.Text.Json;

namespace FlagsService.Evaluation.Definitions;

/// <summary>A leaf that cannot be decided from properties, for instance on past behaviour. It never holds, even when negated.</summary>
/// <param name="Type">Its stored type; empty when absent.</param>
/// <param name="Document">The stored leaf.</param>
public sealed record CohortUnresolvableLeaf(string Type, JsonElement Document) : CohortNode;
