using BenchmarkDotNet.Attributes;

namespace FlagsService.LoadTests.Benchmarks;

/// <summary>Flags like those of f50.json, and flags of one condition without variants.</summary>
public class EvaluationBenchmarks
{
    private Evaluation f50 = null!;
    private Evaluation plain = null!;

    [Params(10, 50, 200, 1000)]
    public int Flags { get; set; }

    [GlobalSetup]
    public void Compile() => (f50, plain) = (new Evaluation(F50.Team(Flags)), new Evaluation(F50.Plain(Flags)));

    [Benchmark]
    public int Like_f50() => f50.Run();

    [Benchmark]
    public int One_condition_without_variants() => plain.Run();
}
