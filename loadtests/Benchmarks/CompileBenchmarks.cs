using BenchmarkDotNet.Attributes;
using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Definitions;

namespace FlagsService.LoadTests.Benchmarks;

public class CompileBenchmarks
{
    private TeamDefinitions definitions = null!;

    [Params(10, 50, 200, 1000)]
    public int Flags { get; set; }

    [GlobalSetup]
    public void Define() => definitions = F50.Team(Flags);

    [Benchmark]
    public CompiledFlagSet Compile() => CompiledFlagSet.Compile(definitions);
}
