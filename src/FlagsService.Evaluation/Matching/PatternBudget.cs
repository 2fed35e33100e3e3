using System.Diagnostics;

namespace FlagsService.Evaluation.Matching;

/// <summary>Bounds what backtracking patterns cost in one request: an evaluation that spent its share misses without trying.</summary>
internal sealed class PatternBudget
{
    public static readonly TimeSpan PerMatch = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan PerRequest = TimeSpan.FromMilliseconds(50);

    private TimeSpan spent;

    public bool IsExhausted => spent >= PerRequest;

    public void Reset() => spent = TimeSpan.Zero;

    public void Charge(long startedAt) => spent += Stopwatch.GetElapsedTime(startedAt);
}
