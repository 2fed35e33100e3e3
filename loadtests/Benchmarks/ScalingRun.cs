using System.Globalization;

namespace FlagsService.LoadTests.Benchmarks;

/// <summary>How the time of one evaluation grows with the number of flags.</summary>
internal static class ScalingRun
{
    private static readonly int[] Sizes = [10, 50, 100, 200, 500, 1000, 2000, 3000, 4000, 5000];

    internal static void Run(TextWriter output)
    {
        output.WriteLine("| flags | like f50.json, us | ns/flag | one condition without variants, us | ns/flag |\n|---|---|---|---|---|");
        var (f50, plain) = (new List<(double, double)>(), new List<(double, double)>());
        foreach (var size in Sizes)
        {
            var (variants, none) = (BestNanoseconds(new Evaluation(F50.Team(size)), size), BestNanoseconds(new Evaluation(F50.Plain(size)), size));
            f50.Add((size, variants));
            plain.Add((size, none));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {size} | {variants / 1000:F2} | {variants / size:F0} | {none / 1000:F2} | {none / size:F0} |"));
        }

        output.WriteLine();
        Print(output, "like f50.json", LinearFit.Of(f50));
        Print(output, "one condition without variants", LinearFit.Of(plain));
    }

    private static void Print(TextWriter output, string what, LinearFit fit) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {fit.Intercept:F0} ns + {fit.Slope:F1} ns x flags, R2 {fit.RSquared:F4}"));

    // The best of many short rounds: whatever else the machine does only ever adds.
    private static double BestNanoseconds(Evaluation evaluation, int flags)
    {
        var time = TimeProvider.System;
        var rounds = Math.Max(10, 20_000 / flags);
        for (var i = 0; i < Math.Max(300, 100_000 / flags); i++)
        {
            evaluation.Run();
        }

        var best = double.MaxValue;
        for (var repeat = 0; repeat < 60; repeat++)
        {
            var start = time.GetTimestamp();
            for (var i = 0; i < rounds; i++)
            {
                evaluation.Run();
            }

            best = Math.Min(best, time.GetElapsedTime(start).TotalNanoseconds / rounds);
        }

        return best;
    }
}
