using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Lookups;
using FlagsService.Evaluation.Results;
using Xunit;

namespace FlagsService.Evaluation.Tests.Performance;

public sealed class AllocationTests
{
    private const string Filters = """
        {"groups":[{"properties":[{"key":"email","type":"person","operator":"icontains","value":"@example.com"},
        {"key":"country","type":"person","operator":"exact","value":["US","GB"]},{"key":"age","type":"person","operator":"gt","value":17},
        {"key":"version","type":"person","operator":"semver_gte","value":"2.0.0"},{"key":"seen","type":"person","operator":"is_date_after","value":"-30d"},
        {"key":"email","type":"person","operator":"regex","value":"^user"}],"rollout_percentage":60},
        {"properties":[{"key":"plan","type":"group","group_type_index":0,"value":"gold"}],"rollout_percentage":50}],
        "multivariate":{"variants":[{"key":"a","rollout_percentage":50},{"key":"b","rollout_percentage":50}]},"holdout":{"id":1,"exclusion_percentage":1}}
        """;

    private const string Properties = """{"email":"USER-1@example.com","country":"GB","age":33,"version":"2.3.1","seen":"2026-06-10T10:00:00Z","other":[1,2]}""";

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public void A_warm_request_allocates_nothing_however_many_flags_there_are(int flags)
    {
        var set = CompiledFlagSet.Compile(Team.Definitions([.. Enumerable.Range(1, flags).Select(i => Team.Flag(i, $"flag-{i}", Filters))]));
        var request = new Caller { Properties = Properties, Groups = """{"company":"acme"}""", GroupProperties = """{"company":{"plan":"gold"}}""" }.ToRequest();
        var evaluator = new FlagEvaluator();
        var results = new EvaluationResults();

        Assert.Same(LookupPlan.None, evaluator.Plan(set, request));
        Run();
        Run();

        // The runtime itself allocates now and then, for instance while it recompiles; a request that allocates does so every time.
        var allocated = Enumerable.Range(0, 5).Min(_ => Measure());

        Assert.Equal(0, allocated);
        Assert.Equal(flags, results.Count);
        Assert.Contains(results.Outcomes.ToArray(), outcome => outcome.Enabled);

        long Measure()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Run();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void Run()
        {
            evaluator.Plan(set, request);
            evaluator.Evaluate(set, request, LookupResult.None, results);
            evaluator.Reset();
        }
    }

    [Fact]
    public void Outcomes_are_rendered_once_and_shared()
    {
        var team = Team.With(Team.Flag(1, "f", """{"groups":[{"rollout_percentage":100}]}"""));

        Assert.Same(team.Ask(new Caller("a"))[0], team.Ask(new Caller("b"))[0]);
    }
}
