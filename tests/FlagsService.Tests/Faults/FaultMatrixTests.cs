using FlagsService.TestKit.Faults;
using Xunit;

namespace FlagsService.Tests.Faults;

/// <summary>Every fault at a cold and a warm start: 200 with the right values, or 503; nothing else, and well again without a restart.</summary>
public abstract class FaultMatrixTests(FaultBenchFixture fixture)
{
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(1200);

    private protected async Task AssertSafeAsync(Fault fault, bool isWarm, bool isFullyAnswered)
    {
        var report = await fixture.Bench.RunAsync(fault, isWarm, Duration);
        Assert.Empty(report.Wrong);
        Assert.True(report.Answered + report.Unavailable > 0);
        if (isFullyAnswered)
        {
            Assert.Equal(0, report.Unavailable);
        }
    }
}
