using BenchmarkDotNet.Attributes;
using FlagsService.Evaluation.Bucketing;

namespace FlagsService.LoadTests.Benchmarks;

/// <summary>Eight bucketing hashes of short texts, and of texts with a uuid: one by one through the framework, one by one here, and together.</summary>
public class HashBenchmarks
{
    private static readonly byte[][] Prefixes = [.. Enumerable.Range(0, LaneSha1.Lanes).Select(i => System.Text.Encoding.UTF8.GetBytes($"checkout-flag-0{i}."))];
    private static readonly HashPrefix[] Padded = [.. Prefixes.Select(prefix => new HashPrefix(prefix))];
    private byte[] identifier = [];
    private byte[] rest = [];
    private byte[] padded = [];
    private HashLanes lanes = null!;

    [Params("user-123", "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b-desktop")]
    public string Identifier { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        identifier = System.Text.Encoding.UTF8.GetBytes(Identifier);
        var blocks = Prefixes[0].Length + identifier.Length + Sha1Start.EndBytes <= Sha1Start.BlockBytes ? 1 : 2;
        rest = new byte[2 * Sha1Start.BlockBytes];
        identifier.CopyTo(rest, 0);
        rest[identifier.Length] = 0x80;
        lanes = new HashLanes(blocks);
        padded = new byte[blocks * Sha1Start.BlockBytes];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = LaneSha1.Lanes)]
    public double Framework()
    {
        var sum = 0.0;
        foreach (var prefix in Prefixes)
        {
            sum += BucketingHash.Compute(prefix, identifier, default);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = LaneSha1.Lanes)]
    public double Scalar()
    {
        var sum = 0.0;
        foreach (var prefix in Prefixes)
        {
            prefix.CopyTo(padded, 0);
            sum += ScalarSha1.Compute(padded);
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = LaneSha1.Lanes)]
    public double Lanes()
    {
        foreach (var prefix in Padded)
        {
            lanes.Add(0, prefix, rest, identifier.Length);
        }

        lanes.Compute(out var hashes);
        return hashes[0];
    }
}
