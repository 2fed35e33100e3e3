using System.Net;
using FlagsService.TestKit.Host;
using Xunit;

namespace FlagsService.Tests.FlagDefinitions;

public sealed class DefinitionsEndpointTests(EmbeddedServer embedded) : IClassFixture<EmbeddedServer>
{
    private string Path => $"/flags/definitions?token={embedded.Token}&send_cohorts";

    [Theory]
    [InlineData("/flags/definitions")]
    [InlineData("/flags/definitions/")]
    [InlineData("/flag_definitions")]
    [InlineData("/flag_definitions/")]
    [InlineData("/api/feature_flag/local_evaluation")]
    [InlineData("/api/feature_flag/local_evaluation/")]
    [InlineData("/api/projects/1/feature_flags/local_evaluation")]
    public async Task Every_path_serves_the_document(string path)
    {
        var response = await embedded.Server.GetAsync($"{path}?token={embedded.Token}&send_cohorts", embedded.Secret);
        var document = await response.ReadJsonAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["cohorts", "flags", "group_type_mapping", "minimal_flag_called_events", "property_matching_version"], document.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Contains("off", document.GetProperty("flags").EnumerateArray().Select(flag => flag.GetProperty("key").GetString()));
        Assert.Equal("company", document.GetProperty("group_type_mapping").GetProperty("0").GetString());
    }

    [Fact]
    public async Task A_tag_in_any_spelling_saves_the_body()
    {
        var first = await embedded.Server.GetAsync(Path, embedded.Secret);
        var tag = first.Headers.ETag!;
        Assert.False(tag.IsWeak);
        var bare = tag.Tag.Trim('"');
        foreach (var spelling in new[] { tag.Tag, "W/" + tag.Tag, bare, $"\"other\", {tag.Tag}", "*" })
        {
            var response = await embedded.Server.GetAsync(Path, embedded.Secret, spelling);
            Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
            Assert.Equal(tag, response.Headers.ETag);
            Assert.True(response.Headers.CacheControl!.Private);
            Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        }

        Assert.Equal(HttpStatusCode.OK, (await embedded.Server.GetAsync(Path, embedded.Secret, "\"other\"")).StatusCode);
    }

    [Fact]
    public async Task A_change_of_a_flag_changes_the_tag()
    {
        var before = (await embedded.Server.GetAsync(Path, embedded.Secret)).Headers.ETag!;
        await embedded.ImportAsync(EmbeddedServer.Flag(50, "added", """{"groups":[]}"""));
        for (var attempt = 0; (await embedded.Server.GetAsync(Path, embedded.Secret, before.Tag)).StatusCode != HttpStatusCode.OK; attempt++)
        {
            Assert.True(attempt < 200, "the change was never seen");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    [Fact]
    public async Task Credentials_are_required_and_checked_before_the_tag()
    {
        await AssertRefusedAsync(await embedded.Server.GetAsync(Path, null, "*"), 401, "not_authenticated", "Authentication credentials were not provided.");
        await AssertRefusedAsync(await embedded.Server.GetAsync(Path, "phs_wrong", "*"), 401, "authentication_failed", "Secret API token is invalid.");
        await AssertRefusedAsync(await embedded.Server.GetAsync(Path, "phx_wrong"), 401, "authentication_failed", "Personal API key is invalid.");
        await AssertRefusedAsync(await embedded.Server.GetAsync("/flags/definitions", "phx_wrong"), 400, "bad_request", "The 'token' query parameter is required unless authenticating with a phs_-prefixed token.");
        await AssertRefusedAsync(await embedded.Server.GetAsync("/flags/definitions"), 401, "not_authenticated", "Authentication credentials were not provided.");
        await AssertRefusedAsync(await embedded.Server.GetAsync($"/flags/definitions?token={embedded.Secret}"), 401, "not_authenticated", "Authentication credentials were not provided.");
        await AssertRefusedAsync(await embedded.Server.GetAsync("/flags/definitions?token=phc_nobody", embedded.Secret), 401, "authentication_failed", "The provided API key is invalid or has expired. Please check your API key and try again.");
    }

    [Fact]
    public async Task A_secret_alone_and_a_secret_as_project_token_both_work()
    {
        Assert.Equal(HttpStatusCode.OK, (await embedded.Server.GetAsync("/flags/definitions", embedded.Secret)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await embedded.Server.GetAsync($"/flags/definitions?token={embedded.Secret}&send_cohorts", embedded.Secret)).StatusCode);
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("OPTIONS", 204)]
    [InlineData("POST", 405)]
    public async Task Other_methods_need_no_credentials(string method, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/flags/definitions");
        Assert.Equal(status, (int)(await embedded.Server.Client.SendAsync(request)).StatusCode);
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage response, int status, string code, string detail)
    {
        var error = await response.ReadJsonAsync();
        Assert.Equal((status, code, detail), ((int)response.StatusCode, error.GetProperty("code").GetString(), error.GetProperty("detail").GetString()));
        Assert.Equal(status == 401, response.Headers.WwwAuthenticate.Any(challenge => challenge.Scheme == "Bearer"));
    }
}
