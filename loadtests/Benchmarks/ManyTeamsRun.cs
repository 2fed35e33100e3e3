using System.Globalization;
using FlagsService.Evaluation;
using FlagsService.Evaluation.Lookups;
using FlagsService.Evaluation.Results;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Tiers;

namespace FlagsService.LoadTests.Benchmarks;

/// <summary>Many teams of fifty flags: what they weigh, how long they take to load, and how many of them the cache's bound keeps.</summary>
internal static class ManyTeamsRun
{
    private const int Flags = 50;

    internal static async Task RunAsync(int count, TextWriter output)
    {
        var store = new GeneratedTeams(Flags);
        var unbounded = Cache(store, new CacheBounds { CompiledBytes = long.MaxValue });
        await LoadAsync(unbounded, 200);
        unbounded = Cache(store, new CacheBounds { CompiledBytes = long.MaxValue });

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = TimeProvider.System.GetTimestamp();
        await LoadAsync(unbounded, count);
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        var loaded = GC.GetTotalMemory(forceFullCollection: true) - before;
        Line(output, $"{count} teams x {Flags} flags, bound lifted: {elapsed.TotalSeconds:F1} s to build and compile, {elapsed.TotalMicroseconds / count:F0} us a team");
        Line(output, $"memory: {loaded / 1024.0 / count:F1} KB a team ({loaded / 1048576.0:F0} MB); the cache's own estimate: {unbounded.EstimatedBytes / 1024.0 / count:F1} KB a team");

        await EvaluateAllAsync(unbounded, count);
        var used = GC.GetTotalMemory(forceFullCollection: true) - before;
        Line(output, $"after one request each: {used / 1024.0 / count:F1} KB a team");

        GC.KeepAlive(unbounded);
        unbounded = null;
        await HitRatioAsync(store, count, output);
    }

    private static TeamSnapshots Cache(GeneratedTeams store, CacheBounds bounds) =>
        new DefinitionCaches(new TieredDocuments([]), new TeamReadings(store, TimeProvider.System), store, bounds, TimeProvider.System).Snapshots;

    private static async Task HitRatioAsync(GeneratedTeams store, int count, TextWriter output)
    {
        var bounded = Cache(store, new CacheBounds());
        await LoadAsync(bounded, count);
        var random = new Random(17);
        foreach (var (name, next) in new (string, Func<int>)[]
        {
            ("teams drawn evenly", () => 1 + random.Next(count)),
            ("a fifth of the teams drawn four times out of five", () => random.Next(5) > 0 ? 1 + random.Next(count / 5) : 1 + random.Next(count)),
        })
        {
            await DrawAsync(bounded, count, next);
            var loads = store.Loads;
            await DrawAsync(bounded, 2 * count, next);
            Line(output, $"{name}, the default bound: {1 - ((store.Loads - loads) / (2.0 * count)):P1} hits, {bounded.Count} teams kept, {bounded.EstimatedBytes / 1048576} MB estimated");
        }
    }

    private static async Task DrawAsync(TeamSnapshots snapshots, int draws, Func<int> next)
    {
        for (var i = 0; i < draws; i++)
        {
            await snapshots.GetAsync(next(), CancellationToken.None);
        }
    }

    private static async Task LoadAsync(TeamSnapshots snapshots, int count)
    {
        for (var team = 1; team <= count; team++)
        {
            await snapshots.GetAsync(team, CancellationToken.None);
        }
    }

    private static async Task EvaluateAllAsync(TeamSnapshots snapshots, int count)
    {
        var (evaluator, request, results) = (new FlagEvaluator(), F50.Caller(), new EvaluationResults());
        for (var team = 1; team <= count; team++)
        {
            var snapshot = (await snapshots.GetAsync(team, CancellationToken.None)).Value!;
            evaluator.Plan(snapshot.Flags, request);
            evaluator.Evaluate(snapshot.Flags, request, LookupResult.None, results);
            evaluator.Reset();
        }
    }

    private static void Line(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
