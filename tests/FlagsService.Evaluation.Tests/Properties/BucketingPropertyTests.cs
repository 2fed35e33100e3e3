using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace FlagsService.Evaluation.Tests.Properties;

public sealed class BucketingPropertyTests
{
    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20261124, 17);

    [Fact]
    public void A_hundred_thousand_callers_spread_evenly_over_ten_variants()
    {
        var variants = string.Join(',', Enumerable.Range(0, 10).Select(i => $$"""{"key":"v{{i}}","rollout_percentage":10}"""));
        var team = Team.With(Team.Flag(1, "spread", "{\"groups\":[{}],\"multivariate\":{\"variants\":[" + variants + "]}}"));
        var counts = Enumerable.Range(0, 100_000).CountBy(i => team.Ask(new Caller($"caller-{i}"))[0].Variant!).ToDictionary(pair => pair.Key, pair => pair.Value);

        // Nine degrees of freedom: 27.88 is exceeded once in a thousand draws, and the draw is fixed.
        Assert.Equal(10, counts.Count);
        Assert.True(counts.Values.Sum(count => Math.Pow(count - 10_000, 2) / 10_000) < 27.88);
    }

    [Fact]
    public void Whoever_is_in_stays_in_when_the_percentage_grows() => Check.One(Fixed, Prop.ForAll(
        ArbMap.Default.ArbFor<NonEmptyString>(), ArbMap.Default.ArbFor<NonEmptyString>(), Gen.Choose(0, 10_000).Two().ToArbitrary(), (key, id, percentages) =>
        {
            var (low, high) = (Math.Min(percentages.Item1, percentages.Item2), Math.Max(percentages.Item1, percentages.Item2));
            return !IsIn(key.Get, id.Get, low) || IsIn(key.Get, id.Get, high);
        }));

    [Fact]
    public void Other_flags_change_nothing() => Check.One(Fixed, Prop.ForAll(
        ArbMap.Default.ArbFor<NonEmptyString>(), Gen.Choose(0, 10_000).ToArbitrary(), Gen.Choose(0, 40).ToArbitrary(), (id, percentage, others) =>
        {
            var flag = Team.Flag(1, "flag", Rollout(percentage));
            var crowd = Enumerable.Range(2, others).Select(i => Team.Flag(i, $"other-{i}", Rollout(i * 100)));
            return Team.With(flag).Ask("flag", Of(id.Get))!.Enabled == Team.With([.. crowd, flag]).Ask("flag", Of(id.Get))!.Enabled;
        }));

    [Fact]
    public void The_share_of_a_percentage_is_that_percentage()
    {
        var team = Team.With(Team.Flag(1, "share", Rollout(2_500)));
        var admitted = Enumerable.Range(0, 40_000).Count(i => team.Ask(new Caller($"caller-{i}"))[0].Enabled);

        Assert.InRange(admitted, 9_650, 10_350);
    }

    [Fact]
    public void Hashes_computed_together_are_those_computed_alone()
    {
        var keys = Enumerable.Range(1, 120).Select(length => new string((char)('a' + (length % 26)), length)).ToArray();
        var crowd = Team.With([.. keys.Select((key, i) => Team.Flag(i + 1, key, Rollout(5_000)))]);
        for (var i = 0; i < 70; i++)
        {
            var id = new string('é', i) + i;
            foreach (var outcome in crowd.Ask(new Caller(id)))
            {
                var hash = Bucketing.BucketingHash.Compute(System.Text.Encoding.UTF8.GetBytes(outcome.Flag.Key + "."), System.Text.Encoding.UTF8.GetBytes(id), default);
                Assert.Equal(hash <= 0.5, outcome.Enabled);
            }
        }
    }

    private static string Rollout(int hundredths) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{{\"groups\":[{{\"rollout_percentage\":{hundredths / 100.0}}}]}}");

    // The request reader hands over well-formed text only.
    private static Caller Of(string id) => new(new string([.. id.Where(c => !char.IsSurrogate(c))]));

    private static bool IsIn(string key, string id, int hundredths) => Team.With(Team.Flag(1, key, Rollout(hundredths))).Ask(Of(id))[0].Enabled;
}
