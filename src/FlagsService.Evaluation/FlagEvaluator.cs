using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Lookups;
using FlagsService.Evaluation.Results;

namespace FlagsService.Evaluation;

/// <summary>Evaluates the flags of one request against a compiled set. Not thread-safe: holds the scratch memory of one request and is meant to be pooled.</summary>
/// <remarks>Call <see cref="Plan"/>, let storage answer the plan, then <see cref="Evaluate"/> with the same set and request. Pure: no I/O, no clock.</remarks>
public sealed class FlagEvaluator
{
    /// <summary>What this request needs from storage; <see cref="LookupPlan.None"/> when the caller's properties suffice.</summary>
    public LookupPlan Plan(CompiledFlagSet set, EvaluationRequest request) => LookupPlan.None;

    /// <summary>Decides every flag that applies and fills <paramref name="results"/>.</summary>
    public void Evaluate(CompiledFlagSet set, EvaluationRequest request, LookupResult lookup, EvaluationResults results) => results.Clear();

    /// <summary>Drops references to the last request so that the evaluator can be pooled.</summary>
    public void Reset()
    {
    }
}
