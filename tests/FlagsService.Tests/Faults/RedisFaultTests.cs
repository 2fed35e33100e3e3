using FlagsService.TestKit.Faults;
using Xunit;

namespace FlagsService.Tests.Faults;

public sealed class RedisFaultTests(FaultBenchFixture fixture) : FaultMatrixTests(fixture), IClassFixture<FaultBenchFixture>
{
    [Theory]
    [InlineData(Fault.RedisDown, false)]
    [InlineData(Fault.RedisDown, true)]
    [InlineData(Fault.RedisHanging, false)]
    [InlineData(Fault.RedisHanging, true)]
    [InlineData(Fault.RedisGarbage, false)]
    [InlineData(Fault.RedisGarbage, true)]
    [InlineData(Fault.RedisEmpty, false)]
    [InlineData(Fault.RedisEmpty, true)]
    public Task Without_redis_every_request_is_answered(Fault fault, bool isWarm) => AssertSafeAsync(fault, isWarm, isServed: true);
}
