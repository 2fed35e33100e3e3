using FlagsService.TestKit.Faults;
using Xunit;

namespace FlagsService.Tests.Faults;

public sealed class CombinedFaultTests(FaultBenchFixture fixture) : FaultMatrixTests(fixture), IClassFixture<FaultBenchFixture>
{
    [Theory]
    [InlineData(Fault.RedisAndObjectsDown, false, true)]
    [InlineData(Fault.RedisAndObjectsDown, true, true)]
    [InlineData(Fault.RedisAndPostgresDown, false, false)]
    [InlineData(Fault.RedisAndPostgresDown, true, true)]
    [InlineData(Fault.RedisAndPostgresHanging, false, false)]
    [InlineData(Fault.RedisAndPostgresHanging, true, true)]
    [InlineData(Fault.EverythingDown, false, false)]
    [InlineData(Fault.EverythingDown, true, true)]
    public Task What_is_in_memory_answers_and_nothing_else_is_refused(Fault fault, bool isWarm, bool isServed) => AssertSafeAsync(fault, isWarm, isServed);
}
