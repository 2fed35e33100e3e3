using System.Net;
using FlagsService.TestKit.Host;
using Xunit;

namespace FlagsService.Tests.RemoteConfig;

public sealed class RemoteConfigTests(RemoteConfigServer fixture) : IClassFixture<RemoteConfigServer>
{
    private const string Nothing = "null";
    private const string Redacted = "\"\\\"********* (encrypted)\\\"\"";

    [Theory]
    [InlineData("text", "\"{\\\"limit\\\":7}\"")]
    [InlineData("1", "\"{\\\"limit\\\":7}\"")]
    [InlineData("object", "\"{\\\"limit\\\":7,\\\"name\\\":\\\"ä<b>\\\"}\"")]
    [InlineData("plain", "\"\\\"abc\\\"\"")]
    [InlineData("false-text", "\"false\"")]
    [InlineData("null", Nothing)]
    [InlineData("empty", Nothing)]
    [InlineData("zero", Nothing)]
    [InlineData("false", Nothing)]
    [InlineData("list", Nothing)]
    [InlineData("map", Nothing)]
    [InlineData("no-payloads", Nothing)]
    [InlineData("broken", Nothing)]
    public async Task A_payload_travels_as_a_string_that_holds_json_and_nothing_as_null(string key, string body)
    {
        foreach (var credential in new[] { fixture.Personal, fixture.Server.Tokens.Secret!, fixture.ProjectSecret })
        {
            var response = await GetAsync("@current", key, credential, fixture.Server.Tokens.Public);
            Assert.Equal((HttpStatusCode.OK, body), (response.StatusCode, await response.Content.ReadAsStringAsync()));
            Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
            Assert.Null(response.Headers.ETag);
        }
    }

    [Theory]
    [InlineData("secret", "\"{\\\"limit\\\":7}\"", Redacted)]
    [InlineData("new-secret", "\"{\\\"limit\\\":8}\"", Redacted)]
    [InlineData("nothing-secret", Nothing, Nothing)]
    [InlineData("empty-secret", Nothing, Redacted)]
    public async Task An_encrypted_payload_is_decrypted_for_people_and_redacted_for_secrets(string key, string forPeople, string forSecrets)
    {
        Assert.Equal(forPeople, await (await GetAsync("1", key, fixture.Personal)).Content.ReadAsStringAsync());
        Assert.Equal(forSecrets, await (await GetAsync("1", key, fixture.Server.Tokens.Secret)).Content.ReadAsStringAsync());
        Assert.Equal(forSecrets, await (await GetAsync("1", key, fixture.ProjectSecret)).Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("lost-secret")]
    [InlineData("no-token")]
    public async Task What_no_key_decrypts_is_a_failure_that_names_nothing(string key)
    {
        var response = await GetAsync("1", key, fixture.Personal);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(
            """{"type":"server_error","code":"remote_config_decrypt_failed","detail":"Failed to decrypt the remote config payload. Please contact support if the problem persists.","attr":null}""",
            await response.Content.ReadAsStringAsync());
        Assert.Equal(Redacted, await (await GetAsync("1", key, fixture.Server.Tokens.Secret)).Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("ordinary")]
    [InlineData("theirs")]
    [InlineData("24")]
    [InlineData("nobody-knows")]
    [InlineData("99999999999999999999")]
    public async Task What_is_no_remote_configuration_of_the_project_is_not_found(string key)
    {
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("1", key, fixture.Personal)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("@current", key, fixture.Server.Tokens.Secret, fixture.Server.Tokens.Public)).StatusCode);
    }

    public static TheoryData<string, string?, string?, HttpStatusCode, string?> Matrix => new()
    {
        // project, key, token -> status, code
        { "@current", "personal", null, HttpStatusCode.OK, null },
        { "@current", "personal", "public", HttpStatusCode.OK, null },
        { "@current", "personal", "secret", HttpStatusCode.OK, null },
        { "1", "personal", null, HttpStatusCode.OK, null },
        { "anything", "personal", "public", HttpStatusCode.OK, null },
        { "@current", "secret", null, HttpStatusCode.OK, null },
        { "1", "secret", null, HttpStatusCode.OK, null },
        { "@current", "secret", "secret", HttpStatusCode.OK, null },
        { "@current", null, null, HttpStatusCode.Unauthorized, "not_authenticated" },
        { "@current", null, "public", HttpStatusCode.Unauthorized, "not_authenticated" },
        { "@current", null, "secret", HttpStatusCode.Unauthorized, "not_authenticated" },
        { "99", null, null, HttpStatusCode.Unauthorized, "not_authenticated" },
        { "@current", "personal", "phc_nobody", HttpStatusCode.Unauthorized, "authentication_failed" },
        { "@current", "secret", "phc_theirs", HttpStatusCode.Unauthorized, "authentication_failed" },
        { "@current", "personal", "phc_theirs", HttpStatusCode.Unauthorized, "authentication_failed" },
        { "@current", "phs_nobody", "public", HttpStatusCode.Unauthorized, "authentication_failed" },
        { "@current", "phx_nobody", "public", HttpStatusCode.Unauthorized, "authentication_failed" },
        { "@current", "pha_elsewhere", "public", HttpStatusCode.Unauthorized, "authentication_failed" },
        { "@current", "phr_elsewhere", null, HttpStatusCode.Unauthorized, "authentication_failed" },
        { "1", "stranger", null, HttpStatusCode.Unauthorized, "authentication_failed" },
        { "99", "phx_nobody", null, HttpStatusCode.Unauthorized, "authentication_failed" },
        { "1", "unscoped", null, HttpStatusCode.Forbidden, "permission_denied" },
        { "2", "secret", null, HttpStatusCode.Forbidden, "permission_denied" },
        { "99", "secret", null, HttpStatusCode.NotFound, "not_found" },
        { "99", "personal", null, HttpStatusCode.NotFound, "not_found" },
        { "mine", "personal", null, HttpStatusCode.NotFound, "not_found" },
        { "mine", "secret", null, HttpStatusCode.NotFound, "not_found" },
        { "@current", "homeless", null, HttpStatusCode.NotFound, "not_found" },
    };

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Each_credential_opens_its_own_project_and_no_other(string project, string? key, string? token, HttpStatusCode status, string? code)
    {
        var response = await GetAsync(project, "text", Named(key), Named(token));
        Assert.Equal(status, response.StatusCode);
        if (code is not null)
        {
            Assert.Equal(code, (await response.ReadJsonAsync()).GetProperty("code").GetString());
        }

        Assert.Equal(status == HttpStatusCode.Unauthorized ? "Bearer" : "", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Api_key_names_the_project_too_and_an_empty_token_is_none()
    {
        var (server, secret) = (fixture.Server, fixture.Server.Tokens.Secret);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync($"/api/projects/@current/feature_flags/text/remote_config/?token=&api_key={server.Tokens.Public}", secret)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/api/projects/@current/feature_flags/text/remote_config?api_key=phc_nobody", secret)).StatusCode);
    }

    [Theory]
    [InlineData("HEAD", HttpStatusCode.OK)]
    [InlineData("OPTIONS", HttpStatusCode.NoContent)]
    [InlineData("POST", HttpStatusCode.MethodNotAllowed)]
    public async Task Other_methods_answer_before_anything_is_looked_at(string method, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/projects/@current/feature_flags/text/remote_config");
        Assert.Equal(status, (await fixture.Server.Client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Uses_are_counted_by_kind_of_key()
    {
        await GetAsync("1", "text", fixture.Personal);
        Assert.Contains("flags_remote_config_auth_total{method=\"personal_api_key\"}", await fixture.Server.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_key_in_the_list_keeps_the_server_from_starting() =>
        Assert.Contains(
            "SecretKeys",
            (await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => FlagsServer.StartAsync(settings: ["--FlagsService:RemoteConfig:SecretKeys", "a,,b"]))).Message,
            StringComparison.Ordinal);

    private string? Named(string? name) => name switch
    {
        "personal" => fixture.Personal,
        "unscoped" => fixture.WithoutScope,
        "stranger" => fixture.Stranger,
        "homeless" => fixture.Homeless,
        "secret" => fixture.Server.Tokens.Secret,
        "public" => fixture.Server.Tokens.Public,
        _ => name,
    };

    private Task<HttpResponseMessage> GetAsync(string project, string key, string? credential, string? token = null) =>
        fixture.Server.GetAsync($"/api/projects/{project}/feature_flags/{key}/remote_config{(token is null ? "" : "?token=" + token)}", credential);
}
