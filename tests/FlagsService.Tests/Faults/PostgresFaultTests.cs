using FlagsService.TestKit.Faults;
using Xunit;

namespace FlagsService.Tests.Faults;

public sealed class PostgresFaultTests(FaultBenchFixture fixture) : FaultMatrixTests(fixture), IClassFixture<FaultBenchFixture>
{
    [Theory]
    [InlineData(Fault.PostgresDown, false)]
    [InlineData(Fault.PostgresDown, true)]
    [InlineData(Fault.PostgresHanging, false)]
    [InlineData(Fault.PostgresHanging, true)]
    [InlineData(Fault.ObjectsFailing, false)]
    [InlineData(Fault.ObjectsFailing, true)]
    [InlineData(Fault.ObjectsHanging, false)]
    [InlineData(Fault.ObjectsHanging, true)]
    public Task Without_postgres_or_object_storage_the_shared_copies_answer(Fault fault, bool isWarm) => AssertSafeAsync(fault, isWarm, isServed: true);
}
