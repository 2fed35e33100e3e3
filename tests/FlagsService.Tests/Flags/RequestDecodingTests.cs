using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FlagsService.TestKit.Host;
using Xunit;

namespace FlagsService.Tests.Flags;

public sealed class RequestDecodingTests(EmbeddedServer embedded) : IClassFixture<EmbeddedServer>
{
    private string Body => $$$"""{"token":"{{{embedded.Token}}}","distinct_id":"u","person_properties":{"plan":"pro"}}""";

    [Theory]
    [InlineData("/flags?v=2")]
    [InlineData("/flags/?v=2")]
    public async Task Json_is_answered_with_and_without_trailing_slash(string path) => await AssertEvaluatedAsync(await embedded.Server.PostAsync(path, Body));

    [Fact]
    public async Task Gzip_is_recognised_by_header()
    {
        var content = new ByteArrayContent(Gzip(Body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        await AssertEvaluatedAsync(await embedded.Server.PostAsync("/flags/?v=2", content));
    }

    [Theory]
    [InlineData("/flags/?v=2&compression=gzip")]
    [InlineData("/flags/?v=2&compression=gzip-js&ver=1.2&_=1")]
    [InlineData("/flags/?v=2")]
    public async Task Gzip_is_recognised_by_query_and_by_its_first_bytes(string path)
    {
        var content = new ByteArrayContent(Gzip(Body));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        await AssertEvaluatedAsync(await embedded.Server.PostAsync(path, content));
    }

    [Fact]
    public async Task Plain_json_that_claims_to_be_gzip_is_read_as_json() => await AssertEvaluatedAsync(await embedded.Server.PostAsync("/flags/?v=2&compression=gzip", Body));

    [Fact]
    public async Task A_chunked_body_without_length_is_read()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/flags/?v=2") { Content = new StringContent(Body, Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = true;
        await AssertEvaluatedAsync(await embedded.Server.Client.SendAsync(request));
    }

    [Fact]
    public async Task Base64_in_a_form_is_read()
    {
        var data = Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes(Body)));
        await AssertEvaluatedAsync(await embedded.Server.PostAsync("/flags/?v=2&compression=base64", new StringContent("data=" + data, Encoding.UTF8, "application/x-www-form-urlencoded")));
    }

    [Fact]
    public async Task Base64_without_padding_is_read_from_any_body() =>
        await AssertEvaluatedAsync(await embedded.Server.PostAsync("/flags/?v=2", new StringContent(Convert.ToBase64String(Encoding.UTF8.GetBytes(Body)).TrimEnd('='), Encoding.UTF8, "text/plain")));

    [Fact]
    public async Task Gzip_in_a_form_is_refused()
    {
        var response = await embedded.Server.PostAsync("/flags/?v=2", new StringContent("data=abc&compression=gzip", Encoding.UTF8, "application/x-www-form-urlencoded"));
        await AssertErrorAsync(response, HttpStatusCode.BadRequest, "request_decoding_error", "Gzip compression not supported for form-urlencoded data");
    }

    [Theory]
    [InlineData("""{/* c */"token":"T","distinct_id":"u","person_properties":{"plan":"pro",},}""")]
    [InlineData("""{"token":"T","distinct_id":"u","person_properties":{"plan":"pro","x":NaN,"y":-Infinity,"z":1e999}}""")]
    [InlineData("""{"token":"T","distinct_id":"u","person_properties":{"plan":"pro","x":"half \ud83d pair"}}""")]
    [InlineData("""{"token":"T","distinct_id":"u","person_properties":{"plan":"pro"},"\ud800":1}""")]
    [InlineData("""{/* 5" wide */"x":NaN,"token":"T","distinct_id":"u","person_properties":{"plan":"pro","note":"NaN /* kept */"}}""")]
    [InlineData("""{"$token":"T","$distinct_id":"u","$properties":{"plan":"pro"},"$groups":[],"group_properties":[]}""")]
    [InlineData("""{"token":null,"api_key":"T","distinct_id":null,"$distinct_id":"u","person_properties":null,"$properties":{"plan":"pro"}}""")]
    [InlineData("""{"token":" T ","distinct_id":"u","person_properties":{"plan":"pro"},"geoip_disable":"yes","sent_at":5,"flag_keys":{},"unknown":[{}]}""")]
    public async Task Tolerated_spellings_are_read(string body) => await AssertEvaluatedAsync(await embedded.Server.PostAsync("/flags/?v=2", body.Replace("\"T\"", $"\"{embedded.Token}\"", StringComparison.Ordinal).Replace("\" T \"", $"\" {embedded.Token} \"", StringComparison.Ordinal)));

    [Fact]
    public async Task A_number_is_a_distinct_id_and_so_is_the_empty_text()
    {
        foreach (var id in new[] { "123.45", "\"\"" })
        {
            var response = await embedded.Server.PostAsync("/flags/?v=2", $$"""{"token":"{{embedded.Token}}","distinct_id":{{id}}}""");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Keys_select_flags_and_an_empty_list_selects_none()
    {
        Assert.Equal(["on"], await KeysAsync("""["on","unknown"]"""));
        Assert.Empty(await KeysAsync("[]"));
        Assert.Contains("split", await KeysAsync("null"));
    }

    [Fact]
    public async Task A_missing_distinct_id_is_refused_unless_flags_are_disabled()
    {
        await AssertErrorAsync(
            await embedded.Server.PostAsync("/flags/?v=2", $$"""{"token":"{{embedded.Token}}"}"""), HttpStatusCode.BadRequest, "missing_distinct_id",
            "The distinct_id field is missing from the request. Please include a valid identifier.");
        var disabled = await embedded.Server.PostAsync("/flags/?v=2", $$"""{"token":"{{embedded.Token}}","disable_flags":true}""");
        Assert.Equal(JsonValueKind.Object, (await disabled.ReadJsonAsync()).GetProperty("flags").ValueKind);
    }

    [Fact]
    public async Task A_body_over_two_mebibytes_is_refused()
    {
        var response = await embedded.Server.PostAsync("/flags/?v=2", "{\"x\":\"" + new string('a', 2 * 1024 * 1024) + "\"}");
        await AssertErrorAsync(response, HttpStatusCode.RequestEntityTooLarge, "payload_too_large", "Failed to buffer the request body: length limit exceeded");
    }

    [Fact]
    public async Task A_refused_chunked_body_leaves_the_server_answering()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/flags/?v=2") { Content = new StringContent(new string('a', 3 * 1024 * 1024)) };
        request.Headers.TransferEncodingChunked = true;
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await embedded.Server.Client.SendAsync(request)).StatusCode);
        await AssertEvaluatedAsync(await embedded.Server.PostAsync("/flags/?v=2", Body));
    }

    [Fact]
    public async Task A_gzip_bomb_is_refused_without_being_inflated()
    {
        var content = new ByteArrayContent(Gzip(new string(' ', 200 * 1024 * 1024)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var response = await embedded.Server.PostAsync("/flags/?v=2", content);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.StartsWith("Decompressed request body exceeded 4194304 bytes (got ", (await response.ReadJsonAsync()).GetProperty("detail").GetString());
    }

    private async Task<string[]> KeysAsync(string keys)
    {
        var response = await embedded.Server.PostAsync("/flags/?v=2", $$"""{"token":"{{embedded.Token}}","distinct_id":"u","flag_keys":{{keys}}}""");
        return [.. (await response.ReadJsonAsync()).GetProperty("flags").EnumerateObject().Select(flag => flag.Name)];
    }

    private static async Task AssertEvaluatedAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True((await response.ReadJsonAsync()).GetProperty("flags").GetProperty("pro-only").GetProperty("enabled").GetBoolean());
    }

    private static async Task AssertErrorAsync(HttpResponseMessage response, HttpStatusCode status, string code, string detail)
    {
        var error = await response.ReadJsonAsync();
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.Contains(detail, error.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, error.GetProperty("attr").ValueKind);
    }

    private static byte[] Gzip(string text)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return output.ToArray();
    }
}
