using BenchmarkDotNet.Attributes;
using FlagsService.Evaluation.Bucketing;

namespace FlagsService.LoadTests.Benchmarks;

/// <summary>Eight bucketing hashes: one by one through the framework, and together.</summary>
public class HashBenchmarks
{
    private static readonly byte[][] Prefixes = [.. Enumerable.Range(0, LaneHasher.Lanes).Select(i => System.Text.Encoding.UTF8.GetBytes($"flag-0{i}."))];
    private static readonly byte[] Identifier = "user-123"u8.ToArray();
    private readonly LaneHasher hasher = new();
    private readonly double[] hashes = new double[LaneHasher.Lanes];

    [Benchmark(Baseline = true, OperationsPerInvoke = LaneHasher.Lanes)]
    public double Framework()
    {
        var sum = 0.0;
        foreach (var prefix in Prefixes)
        {
            sum += BucketingHash.Compute(prefix, Identifier, default);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = LaneHasher.Lanes)]
    public double Lanes()
    {
        for (var lane = 0; lane < LaneHasher.Lanes; lane++)
        {
            hasher.Load(lane, Prefixes[lane], Identifier, default);
        }

        hasher.Compute(hashes);
        return hashes[0];
    }
}
