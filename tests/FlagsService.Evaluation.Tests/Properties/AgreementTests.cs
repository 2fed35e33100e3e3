using System.Text.Json.Nodes;
using Xunit;

namespace FlagsService.Evaluation.Tests.Properties;

public sealed class AgreementTests
{
    private const int Teams = 1_000;
    private const int FlagsPerTeam = 5;
    private const int CallersPerTeam = 20;

    // Five flags a team, the later ones on top of the earlier ones: 100,000 pairs of flag and caller.
    [Fact]
    public void The_compiled_evaluator_agrees_with_the_rules_written_down_naively()
    {
        var random = new RandomTeam(new Random(20261124));
        var (on, variants, codes) = (0, 0, new HashSet<string>());
        for (var i = 0; i < Teams; i++)
        {
            var flags = Enumerable.Range(1, FlagsPerTeam).ToDictionary(id => id, id => new JsonObject { ["key"] = $"flag-{id}", ["filters"] = Stored(random.Filters([.. Enumerable.Range(1, id - 1)])) });
            var cohorts = Enumerable.Range(1, 2).ToDictionary(id => id, _ => new JsonObject { ["properties"] = Stored(random.Cohort()) });
            var team = new Team(Team.Definitions([.. flags.Select(flag => Team.Flag(flag.Key, (string)flag.Value["key"]!, flag.Value["filters"]!.ToJsonString()))]) with
            {
                Cohorts = [.. cohorts.Select(cohort => Team.Cohort(cohort.Key, cohort.Value.ToJsonString()))],
            });
            for (var j = 0; j < CallersPerTeam; j++)
            {
                var (id, person, groups) = ($"caller-{i % 7}-{j}", Stored(random.Person()), Stored(random.Groups()));
                var naive = new NaiveEvaluator(flags, cohorts, id, person, groups);
                foreach (var outcome in team.Ask(new Caller(id) { Properties = person.ToJsonString(), Groups = groups.ToJsonString() }))
                {
                    var verdict = naive.Evaluate(outcome.Flag.Id);
                    var actual = new NaiveEvaluator.Verdict(outcome.Enabled, outcome.Variant, outcome.Reason.Code, outcome.Reason.ConditionIndex);
                    Assert.True(verdict == actual, $"{verdict} is not {actual} for {person} {groups} {id} in {string.Join(' ', flags.Values.Select(flag => flag.ToJsonString()))} {string.Join(' ', cohorts.Values.Select(cohort => cohort.ToJsonString()))}");
                    on += outcome.Enabled ? 1 : 0;
                    variants += outcome.Variant is null ? 0 : 1;
                    codes.Add(outcome.Reason.Code);
                }
            }
        }

        Assert.InRange(on, 10_000, 90_000);
        Assert.InRange(variants, 5_000, 50_000);
        Assert.Equal(["condition_match", "holdout_condition_value", "no_condition_match", "no_group_type", "out_of_rollout_bound", "super_condition_value"], codes.Order(StringComparer.Ordinal));
    }

    // What was read from text converts between kinds of numbers; what was put together here does not.
    private static JsonObject Stored(JsonObject document) => JsonNode.Parse(document.ToJsonString())!.AsObject();
}
