using System.Net;
using System.Text.Json;
using FlagsService.TestKit.Host;
using Xunit;

namespace FlagsService.Tests.Flags;

public sealed class AnswerShapeTests(EmbeddedServer embedded) : IClassFixture<EmbeddedServer>
{
    private object Request => new { token = embedded.Token, distinct_id = "u", groups = new { company = 7 } };

    [Fact]
    public async Task Version_two_carries_everything_an_SDK_reads()
    {
        var answer = await (await embedded.Server.PostAsync("/flags/?v=2", Request)).ReadJsonAsync();

        Assert.False(answer.GetProperty("errorsWhileComputingFlags").GetBoolean());
        Assert.True(Guid.TryParse(answer.GetProperty("requestId").GetString(), out _));
        Assert.True(answer.GetProperty("evaluatedAt").TryGetInt64(out _));
        Assert.False(answer.TryGetProperty("quotaLimited", out _));
        Assert.False(answer.TryGetProperty("featureFlags", out _));
        var flag = answer.GetProperty("flags").GetProperty("on");
        Assert.Equal("""{"key":"on","enabled":true,"variant":null,"reason":{"code":"condition_match","condition_index":0,"description":"Matched condition set 1"},"metadata":{"id":1,"version":3,"description":null,"payload":"{\"a\":1}","has_experiment":false}}""", flag.GetRawText().Replace("\\u0022", "\\\"", StringComparison.Ordinal));
        Assert.True(answer.GetProperty("flags").GetProperty("for-company").GetProperty("enabled").GetBoolean());
        Assert.False(answer.GetProperty("flags").TryGetProperty("off", out _));
    }

    [Fact]
    public async Task Payloads_are_strings_of_valid_json()
    {
        foreach (var id in Enumerable.Range(0, 20))
        {
            var answer = await (await embedded.Server.PostAsync("/flags/?v=2", new { token = embedded.Token, distinct_id = $"u{id}" })).ReadJsonAsync();
            var flag = answer.GetProperty("flags").GetProperty("split");
            Assert.Equal(flag.GetProperty("variant").GetString() == "a" ? "7" : "\"text\"", flag.GetProperty("metadata").GetProperty("payload").GetString());
        }
    }

    [Theory]
    [InlineData("/flags/")]
    [InlineData("/flags/?v=1")]
    [InlineData("/flags/?v=abc")]
    [InlineData("/decide/?v=3")]
    public async Task Old_clients_get_values_and_payloads(string path)
    {
        var answer = await (await embedded.Server.PostAsync(path, Request)).ReadJsonAsync();

        Assert.True(answer.GetProperty("featureFlags").GetProperty("on").GetBoolean());
        Assert.False(answer.GetProperty("featureFlags").GetProperty("pro-only").GetBoolean());
        Assert.Equal("{\"a\":1}", answer.GetProperty("featureFlagPayloads").GetProperty("on").GetString());
        Assert.False(answer.TryGetProperty("flags", out _));
    }

    [Fact]
    public async Task Decide_lists_enabled_keys_then_maps_them()
    {
        var list = (await (await embedded.Server.PostAsync("/decide", Request)).ReadJsonAsync()).GetProperty("featureFlags");
        var map = (await (await embedded.Server.PostAsync("/decide?v=2", Request)).ReadJsonAsync()).GetProperty("featureFlags");

        Assert.Contains("on", list.EnumerateArray().Select(key => key.GetString()));
        Assert.DoesNotContain("pro-only", list.EnumerateArray().Select(key => key.GetString()));
        Assert.True(map.GetProperty("on").GetBoolean());
        Assert.False(map.TryGetProperty("pro-only", out _));
        Assert.True((await (await embedded.Server.PostAsync("/decide?v=4", Request)).ReadJsonAsync()).TryGetProperty("flags", out _));
    }

    [Fact]
    public async Task A_request_id_that_is_a_uuid_comes_back()
    {
        var id = Guid.NewGuid();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/flags/?v=2") { Content = new StringContent(JsonSerializer.Serialize(Request), System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("X-REQUEST-ID", id.ToString());
        var answer = await (await embedded.Server.Client.SendAsync(request)).ReadJsonAsync();
        Assert.Equal(id.ToString(), answer.GetProperty("requestId").GetString());
    }

    [Theory]
    [InlineData("GET", 200)]
    [InlineData("HEAD", 200)]
    [InlineData("OPTIONS", 204)]
    [InlineData("PUT", 405)]
    public async Task Other_methods_have_their_own_answers(string method, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/flags/?v=2");
        request.Headers.Add("Origin", "https://app.example.com");
        var response = await embedded.Server.Client.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("https://app.example.com", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        if (method == "GET")
        {
            Assert.Equal("gzip", (await response.ReadJsonAsync()).GetProperty("supportedCompression")[0].GetString());
        }
    }

    [Fact]
    public async Task Errors_carry_cors_headers_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/flags/?v=2") { Content = new StringContent("{}") };
        request.Headers.Add("Origin", "https://app.example.com");
        var response = await embedded.Server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.True(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task The_runtime_is_inferred_from_the_caller()
    {
        Assert.True(await SeesServerFlagAsync("posthog-node/5.70.0", null));
        Assert.False(await SeesServerFlagAsync("Mozilla/5.0 Chrome/1", null));
        Assert.False(await SeesServerFlagAsync("unknown", null));
        Assert.True(await SeesServerFlagAsync("Mozilla/5.0 Chrome/1", "server"));
    }

    [Fact]
    public async Task Config_is_added_on_request_only()
    {
        var answer = await (await embedded.Server.PostAsync("/flags/?v=2&config=true", Request)).ReadJsonAsync();
        Assert.True(answer.GetProperty("hasFeatureFlags").GetBoolean());
        Assert.False((await (await embedded.Server.PostAsync("/flags/?v=2", Request)).ReadJsonAsync()).TryGetProperty("hasFeatureFlags", out _));
    }

    [Fact]
    public async Task Explain_is_for_secret_tokens()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await embedded.Server.PostAsync("/flags/?v=2&explain=true", Request)).StatusCode);
        var answer = await (await embedded.Server.PostAsync("/flags/?explain=true", new { token = embedded.Secret, distinct_id = "u" })).ReadJsonAsync();
        var condition = answer.GetProperty("flags").GetProperty("pro-only").GetProperty("conditions")[0];
        Assert.False(condition.GetProperty("matched").GetBoolean());
        Assert.Equal("plan", condition.GetProperty("properties")[0].GetProperty("key").GetString());
    }

    private async Task<bool> SeesServerFlagAsync(string userAgent, string? runtime)
    {
        var answer = await (await embedded.Server.PostAsync("/flags/?v=2", new { token = embedded.Token, distinct_id = "u", evaluation_runtime = runtime }, userAgent)).ReadJsonAsync();
        return answer.GetProperty("flags").TryGetProperty("server-side", out _);
    }
}
