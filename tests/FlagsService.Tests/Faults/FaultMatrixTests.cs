using FlagsService.TestKit.Faults;
using Xunit;

namespace FlagsService.Tests.Faults;

/// <summary>Every fault at a cold and a warm start: 200 with the right values, or 503; nothing else, and well again without a restart.</summary>
public abstract class FaultMatrixTests(FaultBenchFixture fixture)
{
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(1200);

    // Whether each single request of a served cell is answered 200 depends on how busy the machine is: a tier has so many milliseconds. That requests are, while the fault lasts, does not.
    private protected async Task AssertSafeAsync(Fault fault, bool isWarm, bool isServed)
    {
        var report = await fixture.Bench.RunAsync(fault, isWarm, isServed, Duration);
        Assert.Empty(report.Wrong);
        Assert.True(report.Answered + report.Unavailable > 0);
    }
}
