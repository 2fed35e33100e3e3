using FlagsService.RequestLogging;
using Xunit;

namespace FlagsService.Tests.RequestLogging;

public sealed class ClientFactsTests
{
    [Theory]
    [InlineData("posthog-node/5.1.0", "posthog-node", "5.1.0")]
    [InlineData("posthog-python/6.0 (linux)", "posthog-python", "6.0")]
    [InlineData("posthog-react-native/4.1;x", "posthog-react-native", "4.1")]
    [InlineData("posthog-node", null, null)]
    [InlineData("posthog-node/", "posthog-node", null)]
    [InlineData("curl/8", null, null)]
    [InlineData(null, null, null)]
    public void The_agent_names_the_library(string? agent, string? name, string? version) => Assert.Equal(new ClientLibrary(name, version), ClientLibrary.OfAgent(agent));

    [Theory]
    [InlineData("""{"a":{"$lib":"no"},"$lib":"web","$lib_version":"1"}""", "web", "1")]
    [InlineData("""{"$lib":5,"$lib_version":["1"]}""", null, null)]
    [InlineData("""{"plan":"pro"}""", null, null)]
    [InlineData("", null, null)]
    public void Person_properties_name_it_too(string json, string? name, string? version) =>
        Assert.Equal(new ClientLibrary(name, version), ClientLibrary.OfProperties(System.Text.Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("t=1718452799.5", 500)]
    [InlineData("1718452799", 1000)]
    [InlineData("t=1718452799.123987", 877)]
    [InlineData("t=1718452801", null)]
    [InlineData("t=-5", null)]
    [InlineData("t=1718452799.", null)]
    [InlineData("t=1718452799.1x", null)]
    [InlineData("t=99999999999999999999", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    public void The_time_in_the_queue_is_read_strictly(string header, int? expected) =>
        Assert.Equal((double?)expected, QueueTime.Of(header, DateTimeOffset.FromUnixTimeSeconds(1718452800))?.TotalMilliseconds);
}
