using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using FlagsService.TestKit.Host;
using Xunit;

namespace FlagsService.Tests.RemoteConfig;

/// <summary>The requests that a browser makes until it has its flags.</summary>
public sealed class BrowserBootTests(EmbeddedServer embedded) : IClassFixture<EmbeddedServer>
{
    private const string Page = "https://shop.example.com";
    private readonly FlagsServer server = embedded.Server;

    [Fact]
    public async Task A_page_gets_its_configuration_and_then_its_flags()
    {
        var config = await SendAsync(HttpMethod.Get, $"/array/{embedded.Token}/config?ip=0&_=1700000000000&ver=1.300.0");
        Assert.Equal(HttpStatusCode.OK, config.StatusCode);
        Assert.Equal(("public, max-age=300", "Origin"), (config.Headers.CacheControl!.ToString(), config.Headers.Vary.ToString()));
        AssertReadable(config);
        var body = await config.ReadJsonAsync();
        Assert.Equal(embedded.Token, body.GetProperty("token").GetString());
        Assert.True(body.GetProperty("hasFeatureFlags").GetBoolean());
        Assert.Equal(["gzip", "gzip-js"], body.GetProperty("supportedCompression").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(JsonValueKind.False, body.GetProperty("sessionRecording").ValueKind);

        var flags = await SendAsync(HttpMethod.Post, "/flags/?v=2&config=true&ip=0&_=1700000000001&ver=1.300.0&compression=gzip-js", Gzip(new { token = embedded.Token, distinct_id = "anonymous-1", groups = new { }, timezone = "Europe/Berlin" }));
        AssertReadable(flags);
        var answer = await flags.ReadJsonAsync();
        Assert.True(answer.GetProperty("flags").GetProperty("on").GetProperty("enabled").GetBoolean());
        Assert.False(answer.GetProperty("flags").TryGetProperty("server-side", out _));
        Assert.True(answer.GetProperty("hasFeatureFlags").GetBoolean());
    }

    [Theory]
    [InlineData("/config.js")]
    [InlineData("/array.js")]
    public async Task Scripts_are_not_served_so_that_the_page_asks_for_the_json(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, $"/array/{embedded.Token}{path}")).StatusCode);

    [Fact]
    public async Task Surveys_are_not_built() => Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, $"/api/surveys/?token={embedded.Token}")).StatusCode);

    [Fact]
    public async Task Unknown_tokens_secrets_and_keys_are_not_found_and_the_page_can_read_that()
    {
        foreach (var token in new[] { "phc_nobody", embedded.Secret, "phs_nobody", "phx_personal", "%20" })
        {
            var response = await SendAsync(HttpMethod.Get, $"/array/{token}/config");
            Assert.Equal((HttpStatusCode.NotFound, """{"type":"invalid_request","code":"not_found","detail":"Not found.","attr":null}"""), (response.StatusCode, await response.Content.ReadAsStringAsync()));
            Assert.Null(response.Headers.CacheControl);
            AssertReadable(response);
        }
    }

    [Fact]
    public async Task A_preflight_is_allowed_whatever_it_asks_for()
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, $"/array/{embedded.Token}/config");
        request.Headers.Add("Origin", Page);
        request.Headers.Add("Access-Control-Request-Method", "GET");
        request.Headers.Add("Access-Control-Request-Headers", "x-anything");
        var response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        AssertReadable(response);
        Assert.Equal("x-anything", response.Headers.GetValues("Access-Control-Allow-Headers").Single());
        Assert.Equal("GET,POST,OPTIONS,HEAD", response.Headers.GetValues("Access-Control-Allow-Methods").Single());
    }

    [Fact]
    public async Task Other_methods_are_refused_or_answered_without_a_body()
    {
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(HttpMethod.Head, $"/array/{embedded.Token}/config/")).StatusCode);
        var post = await SendAsync(HttpMethod.Post, $"/array/{embedded.Token}/config");
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "GET, OPTIONS, HEAD"), (post.StatusCode, string.Join(", ", post.Content.Headers.Allow)));
        AssertReadable(post);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("Origin", Page);
        request.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36");
        return await server.Client.SendAsync(request);
    }

    private static void AssertReadable(HttpResponseMessage response)
    {
        Assert.Equal(Page, response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("true", response.Headers.GetValues("Access-Control-Allow-Credentials").Single());
    }

    private static ByteArrayContent Gzip(object body)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(body)));
        }

        var content = new ByteArrayContent(compressed.ToArray());
        content.Headers.ContentType = new("text/plain");
        return content;
    }
}
