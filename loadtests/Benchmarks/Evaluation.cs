using FlagsService.Evaluation;
using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Definitions;
using FlagsService.Evaluation.Lookups;
using FlagsService.Evaluation.Results;

namespace FlagsService.LoadTests.Benchmarks;

/// <summary>One caller against one team, again and again, as a pooled workspace would.</summary>
internal sealed class Evaluation(TeamDefinitions definitions)
{
    private readonly CompiledFlagSet set = CompiledFlagSet.Compile(definitions);
    private readonly EvaluationRequest request = F50.Caller();
    private readonly FlagEvaluator evaluator = new();

    internal EvaluationResults Results { get; } = new();

    internal int Run()
    {
        evaluator.Plan(set, request);
        evaluator.Evaluate(set, request, LookupResult.None, Results);
        evaluator.Reset();
        return Results.Count;
    }
}
