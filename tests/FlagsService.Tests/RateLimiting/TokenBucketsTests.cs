using FlagsService.RateLimiting;
using FlagsService.TestKit.Time;
using Xunit;

namespace FlagsService.Tests.RateLimiting;

public sealed class TokenBucketsTests
{
    private readonly FakeTime time = new();

    [Fact]
    public void A_full_bucket_gives_its_capacity_warns_near_the_end_and_fills_evenly()
    {
        var buckets = new TokenBuckets(time);
        var rate = BucketRate.PerSecond(2, 10, 0.8);
        Assert.Equal([.. Enumerable.Repeat(BucketOutcome.Allowed, 8), BucketOutcome.Warned, BucketOutcome.Warned], Enumerable.Range(0, 10).Select(_ => buckets.Spend(1, rate).Outcome));
        Assert.Equal(new BucketAnswer(BucketOutcome.Blocked, 1), buckets.Spend(1, rate));
        Assert.Equal(BucketOutcome.Allowed, buckets.Spend(2, rate).Outcome);

        time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(BucketOutcome.Warned, buckets.Spend(1, rate).Outcome);
        Assert.Equal(BucketOutcome.Blocked, buckets.Spend(1, rate).Outcome);
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => buckets.Spend(1, rate).Outcome != BucketOutcome.Blocked));
    }

    [Theory]
    [InlineData("600/minute", 600, 0.1)]
    [InlineData("2400/hour", 2400, 1.5)]
    [InlineData("5/s", 5, 0.2)]
    [InlineData("1 / day", 1, 86400)]
    [InlineData("0/minute", 0, 0)]
    [InlineData("-1/minute", 0, 0)]
    [InlineData("many/minute", 0, 0)]
    [InlineData("5/year", 0, 0)]
    [InlineData("5", 0, 0)]
    [InlineData("", 0, 0)]
    public void A_rate_is_a_count_and_a_period(string text, int capacity, double seconds)
    {
        var rate = BucketRate.TryParse(text);
        Assert.Equal(capacity, rate?.Capacity ?? 0);
        Assert.Equal(TimeSpan.FromSeconds(seconds), rate?.Period ?? TimeSpan.Zero);
    }

    [Fact]
    public void Slow_rates_wait_whole_milliseconds_and_no_ratio_never_warns()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(3333), BucketRate.PerSecond(0.3, 5, 0).Period);
        Assert.Equal(5, BucketRate.PerSecond(0.3, 5, 0).WarnAbove);
    }

    [Fact]
    public void Retry_after_is_whole_seconds_rounded_up()
    {
        var buckets = new TokenBuckets(time);
        var rate = BucketRate.TryParse("1/minute")!.Value;
        buckets.Spend(1, rate);
        time.Advance(TimeSpan.FromSeconds(12.5));
        Assert.Equal(48, buckets.Spend(1, rate).RetryAfter);
        Assert.Equal(48, buckets.WaitFor(1, rate));
    }

    [Fact]
    public void Random_keys_stay_within_the_bound_and_free_nobody_who_is_held_back()
    {
        var buckets = new TokenBuckets(time);
        var rate = BucketRate.PerSecond(1, 3, 0);
        for (var i = 0; i < 4; i++)
        {
            buckets.Spend(UInt128.MaxValue, rate);
        }

        Parallel.For(0, 250_000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            buckets.Spend(BucketKey.Of($"phc_random_{i}"), rate);
            if (i % 1000 == 0)
            {
                Assert.InRange(buckets.Count, 1, TokenBuckets.DefaultBound);
            }
        });
        Assert.InRange(buckets.Count, 50_000, TokenBuckets.DefaultBound);
        Assert.Equal(BucketOutcome.Blocked, buckets.Spend(UInt128.MaxValue, rate).Outcome);

        time.Advance(TimeSpan.FromSeconds(10));
        buckets.DropFull();
        Assert.Equal(0, buckets.Count);
    }

    [Fact]
    public void Many_threads_together_get_no_more_than_the_capacity()
    {
        var buckets = new TokenBuckets(time);
        var rate = BucketRate.PerSecond(1, 1000, 0);
        var passed = 0;
        Parallel.For(0, 5000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            if (buckets.Spend(7, rate).Outcome == BucketOutcome.Allowed)
            {
                Interlocked.Increment(ref passed);
            }
        });
        Assert.Equal(1000, passed);
    }
}
