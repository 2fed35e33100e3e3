// dotnet run -c Release --project loadtests/Benchmarks -- --filter '*'     BenchmarkDotNet, in this process
// dotnet run -c Release --project loadtests/Benchmarks -- scale            time by number of flags, with a straight line through it
// dotnet run -c Release --project loadtests/Benchmarks -- teams [COUNT]    memory and loading time of many teams, and what the cache's bound keeps
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using FlagsService.LoadTests.Benchmarks;

switch (args)
{
    case ["scale"]:
        ScalingRun.Run(Console.Out);
        return;
    case ["teams", .. var count]:
        await ManyTeamsRun.RunAsync(count is [var given] ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : 10_000, Console.Out);
        return;
    default:
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(4).WithIterationCount(8).WithIterationTime(Perfolizer.Horology.TimeInterval.FromMilliseconds(200));
        BenchmarkSwitcher.FromAssembly(typeof(F50).Assembly).Run(args, DefaultConfig.Instance.AddJob(job).AddDiagnoser(MemoryDiagnoser.Default));
        return;
}
