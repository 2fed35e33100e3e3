using System.Text;
using System.Text.Json;
using FlagsService.HyperCache.Tiers;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using FlagsService.TestKit.Time;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.RemoteConfig;

public sealed class SharedBrowserConfigTests
{
    [Fact]
    public async Task A_shared_configuration_is_passed_on_whole_but_for_what_stays_here()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var server = await FlagsServer.StartAsync(settings: ["--ConnectionStrings:Redis", redis.ConnectionString]);
        await ShareAsync(
            server,
            """{"token":"stale","hasFeatureFlags":false,"unknown":{"deep":[1,"ä"]},"siteAppsJS":["code"],"sessionRecording":{"endpoint":"/s/","domains":["https://shop.example.com"]},"quotaLimited":["recordings","surveys"]}""");

        var boot = await ReadAsync(server, "https://shop.example.com");
        Assert.True(JsonElement.DeepEquals(
            JsonElement.Parse($$"""{"token":"{{server.Tokens.Public}}","hasFeatureFlags":false,"unknown":{"deep":[1,"ä"]},"sessionRecording":{"endpoint":"/s/"},"quotaLimited":["surveys"]}"""), boot), boot.GetRawText());
        Assert.Equal(JsonValueKind.False, (await ReadAsync(server, "https://elsewhere.example.com")).GetProperty("sessionRecording").ValueKind);

        var flags = await (await server.PostAsync("/flags/?v=2&config=true", new { token = server.Tokens.Secret, distinct_id = "u" })).ReadJsonAsync();
        Assert.Equal(1, flags.GetProperty("unknown").GetProperty("deep")[0].GetInt32());
        Assert.False(flags.TryGetProperty("siteAppsJS", out _));
        Assert.False((await (await server.PostAsync("/flags/?v=2", new { token = server.Tokens.Public, distinct_id = "u" })).ReadJsonAsync()).TryGetProperty("unknown", out _));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("not json")]
    [InlineData("""{"a":1,"a":2}""")]
    public async Task What_is_no_object_is_as_if_nothing_were_there(string document)
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var server = await FlagsServer.StartAsync(settings: ["--ConnectionStrings:Redis", redis.ConnectionString]);
        await ShareAsync(server, document);
        Assert.True((await ReadAsync(server, null)).TryGetProperty("supportedCompression", out _));
    }

    [Fact]
    public async Task A_new_configuration_is_seen_after_half_a_minute_and_without_redis_browsers_still_boot()
    {
        var time = new FakeTime();
        await using var redis = await RedisServer.StartNewAsync();
        await using var server = await FlagsServer.StartAsync(time: time, settings: ["--ConnectionStrings:Redis", redis.ConnectionString]);
        Assert.False((await ReadAsync(server, null)).TryGetProperty("mine", out _));
        await ShareAsync(server, """{"mine":1}""");
        Assert.False((await ReadAsync(server, null)).TryGetProperty("mine", out _));
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.True((await ReadAsync(server, null)).TryGetProperty("mine", out _));
        redis.Kill();
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.True((await ReadAsync(server, null)).GetProperty("hasFeatureFlags").ValueKind is JsonValueKind.True or JsonValueKind.False);
    }

    private static async Task ShareAsync(FlagsServer server, string document) => Assert.True(await server.Services.GetRequiredService<TieredDocuments>().WriteAsync(
        new DocumentKey(DocumentKind.BrowserConfig, server.Tokens.Public), new CacheEntry(1, Encoding.UTF8.GetBytes(document)), CancellationToken.None));

    private static async Task<JsonElement> ReadAsync(FlagsServer server, string? origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/array/{server.Tokens.Public}/config");
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        return await (await server.Client.SendAsync(request)).ReadJsonAsync();
    }
}
