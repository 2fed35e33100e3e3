using BenchmarkDotNet.Attributes;
using FlagsService.Flags;

namespace FlagsService.LoadTests.Benchmarks;

/// <summary>Both ends of a request: the body to a request, and results to an answer.</summary>
public class WireBenchmarks
{
    private readonly FlagsRequest request = new();
    private readonly FlagsResponseWriter writer = new();
    private Evaluation evaluation = null!;

    [Params(50, 1000)]
    public int Flags { get; set; }

    [GlobalSetup]
    public void Evaluate()
    {
        evaluation = new Evaluation(F50.Team(Flags));
        evaluation.Run();
    }

    [Benchmark]
    public bool Read_a_request()
    {
        var error = FlagsRequestReader.Decode(F50.Body, "application/json", null, null, request);
        request.Reset();
        return error is null;
    }

    [Benchmark]
    public int Write_an_answer() => writer.Write(new FlagsResponse(evaluation.Results, Guid.Empty, 1_700_000_000_000), FlagsShape.V2).Length;
}
