using FlagsService.Evaluation;
using FlagsService.Evaluation.Results;

namespace FlagsService.Flags;

/// <summary>The memory one request works in, kept for the next.</summary>
internal sealed class FlagsWorkspace
{
    internal FlagsRequest Request { get; } = new();

    internal FlagEvaluator Evaluator { get; } = new();

    internal EvaluationResults Results { get; } = new();

    internal FlagsResponseWriter Writer { get; } = new();

    internal void Reset()
    {
        Request.Reset();
        Evaluator.Reset();
        Results.Clear();
    }
}
