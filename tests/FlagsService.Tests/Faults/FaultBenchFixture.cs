using FlagsService.TestKit.Faults;
using Xunit;

namespace FlagsService.Tests.Faults;

/// <summary>The stores that the cells of one test class break, one cell after the other.</summary>
public sealed class FaultBenchFixture : IAsyncLifetime
{
    private const int Clients = 10;

    public FaultBench Bench { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Bench = await FaultBench.StartAsync(Clients);

    public ValueTask DisposeAsync() => Bench.DisposeAsync();
}
