using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using FlagsService.HyperCache.Management;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Leaks;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;
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
    [InlineData("Bearer {0}", 200)]
    [InlineData("bearer {0}", 200)]
    [InlineData("Bearer   {0} ", 200)]
    [InlineData("Bearer", 401)]
    [InlineData("Bearer ", 401)]
    [InlineData("Bearer{0}", 401)]
    [InlineData("Basic {0}", 401)]
    [InlineData("{0}", 401)]
    public async Task The_scheme_is_read_in_any_case_and_nothing_else_is_a_credential(string header, int status)
    {
        foreach (var path in new[] { Path, "/flags/definitions", "/flags/definitions?token=&version=3" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Authorization", string.Format(CultureInfo.InvariantCulture, header, embedded.Secret));
            Assert.Equal(status, (int)(await embedded.Server.Client.SendAsync(request)).StatusCode);
        }
    }

    [Theory]
    [InlineData("HEAD", 200, "")]
    [InlineData("OPTIONS", 204, "")]
    [InlineData("POST", 405, """{"type":"validation_error","code":"method_not_allowed","detail":"Method not allowed.","attr":null}""")]
    [InlineData("DELETE", 405, """{"type":"validation_error","code":"method_not_allowed","detail":"Method not allowed.","attr":null}""")]
    public async Task Other_methods_need_no_credentials_and_no_browser_is_let_in(string method, int status, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/flags/definitions");
        request.Headers.Add("Origin", "https://example.com");
        var response = await embedded.Server.Client.SendAsync(request);
        Assert.Equal((status, body), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal(method is "HEAD" ? [] : ["GET", "OPTIONS", "HEAD"], response.Content.Headers.Allow);
        Assert.Equal(method is "OPTIONS" ? null : "application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain((await embedded.Server.GetAsync(Path, embedded.Secret)).Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_personal_key_needs_the_projects_token_and_a_scope_for_flags()
    {
        var keys = embedded.Server.Services.GetRequiredService<IKeyAdministration>();
        var reader = (await keys.CreatePersonalAsync(1, "", ["feature_flag:read"], CancellationToken.None)).Secret;
        var other = (await keys.CreatePersonalAsync(1, "", ["project:write"], CancellationToken.None)).Secret;
        Assert.Equal(HttpStatusCode.OK, (await embedded.Server.GetAsync(Path, reader)).StatusCode);
        await AssertRefusedAsync(await embedded.Server.GetAsync(Path, other), 403, "permission_denied", "Personal API key lacks required scopes (feature_flag:read or feature_flag:write).");
        await AssertRefusedAsync(await embedded.Server.GetAsync("/flags/definitions", reader), 400, "bad_request", "The 'token' query parameter is required unless authenticating with a phs_-prefixed token.");
    }

    [Fact]
    public async Task Trouble_of_our_own_is_503_with_the_time_to_come_again()
    {
        await using var postgres = await PostgresServer.StartNewAsync();
        await using var server = await FlagsServer.StartAsync(await postgres.CreateDatabaseAsync());
        postgres.Kill();
        foreach (var path in new[] { "/flags/definitions", "/flags/definitions?token=phc_nobody" })
        {
            var response = await server.GetAsync(path, LeakWatch.MadeUp("_unheardOf"));
            await AssertRefusedAsync(response, 503, "database_unavailable", "Our database service is currently unavailable. This is likely a temporary issue. Please try again later.");
            Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter!.Delta);
        }
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage response, int status, string code, string detail)
    {
        var type = status switch { 400 => "validation_error", 503 => "server_error", _ => "authentication_error" };
        Assert.Equal((status, $$"""{"type":"{{type}}","code":"{{code}}","detail":"{{detail}}","attr":null}"""), ((int)response.StatusCode, Regex.Unescape(await response.Content.ReadAsStringAsync())));
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(status == 401, response.Headers.WwwAuthenticate.Any(challenge => challenge.Scheme == "Bearer"));
    }
}
