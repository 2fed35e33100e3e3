using System.Text.Json.Nodes;
using FlagsService.RemoteConfig;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace FlagsService.Tests.RemoteConfig;

public sealed class RecordingDomainsTests
{
    [Theory]
    [InlineData("https://example.com", "https://example.com", null, true)]
    [InlineData("https://example.com", "http://EXAMPLE.com:8080", null, true)]
    [InlineData("example.com", "https://example.com", null, true)]
    [InlineData("https://example.com:443/path?x", "https://example.com", null, true)]
    [InlineData("https://*.example.com", "https://a.b.example.com", null, true)]
    [InlineData("https://*.example.com", "https://example.com", null, false)]
    [InlineData("https://example.com", "https://example.com.evil.net", null, false)]
    [InlineData("https://example.com", "https://evil-example.com", null, false)]
    [InlineData("https://example.com", "https://other.com", "https://example.com/page?q=1", true)]
    [InlineData("https://example.com", null, "https://example.com/page", true)]
    [InlineData("https://example.com", "null", null, false)]
    [InlineData("https://example.com", null, null, false)]
    [InlineData("http://localhost:3000", "http://localhost:4000", null, true)]
    [InlineData("", "https://example.com", null, false)]
    public void Only_pages_of_listed_hosts_are_recorded(string domain, string? origin, string? referer, bool isRecorded) =>
        Assert.Equal(isRecorded, Apply($$$"""{"sessionRecording":{"domains":["{{{domain}}}"],"endpoint":"/s/"}}""", origin, referer)["sessionRecording"] is JsonObject);

    [Theory]
    [InlineData("""{"sessionRecording":{"domains":[]}}""", """{"sessionRecording":{}}""")]
    [InlineData("""{"sessionRecording":{"domains":"text"}}""", """{"sessionRecording":{}}""")]
    [InlineData("""{"sessionRecording":{"domains":[1,null]}}""", """{"sessionRecording":false}""")]
    [InlineData("""{"sessionRecording":{"endpoint":"/s/"}}""", """{"sessionRecording":{"endpoint":"/s/"}}""")]
    [InlineData("""{"sessionRecording":false}""", """{"sessionRecording":false}""")]
    [InlineData("""{"sessionRecording":null}""", """{"sessionRecording":null}""")]
    [InlineData("{}", "{}")]
    public void The_list_is_never_sent_and_an_empty_one_forbids_nothing(string config, string expected) =>
        Assert.Equal(expected, Apply(config, "https://example.com", null).ToJsonString());

    [Theory]
    [InlineData("posthog-ios/3.1.0", true)]
    [InlineData("PostHog-Android/3.0", true)]
    [InlineData("posthog-node/5.0", false)]
    public void Mobile_apps_have_no_host_and_may(string userAgent, bool isRecorded) =>
        Assert.Equal(isRecorded, Apply("""{"sessionRecording":{"domains":["https://example.com"]}}""", null, null, userAgent)["sessionRecording"] is JsonObject);

    private static JsonObject Apply(string json, string? origin, string? referer, string? userAgent = null)
    {
        var config = (JsonObject)JsonNode.Parse(json)!;
        RecordingDomains.Apply(config, new HeaderDictionary { ["Origin"] = origin, ["Referer"] = referer, ["User-Agent"] = userAgent });
        return config;
    }
}
