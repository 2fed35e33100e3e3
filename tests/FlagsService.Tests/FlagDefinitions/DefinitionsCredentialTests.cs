using System.Net;
using Dapper;
using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Leaks;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.FlagDefinitions;

/// <summary>Every credential with every way to name the project.</summary>
public sealed class DefinitionsCredentialTests : IAsyncLifetime
{
    private const string Theirs = "0190a5d6-0000-7000-8000-0000000000aa";
    private const string SecretInvalid = "Secret API token is invalid.";
    private const string PersonalInvalid = "Personal API key is invalid.";
    private const string NoCredentials = "Authentication credentials were not provided.";
    private static readonly string TheirSecret = LeakWatch.MadeUp("Theirs");
    private FlagsServer server = null!;
    private TeamTokens tokens = null!;

    private IKeyAdministration Keys => server.Services.GetRequiredService<IKeyAdministration>();

    public async ValueTask InitializeAsync()
    {
        server = await FlagsServer.StartAsync();
        tokens = (await server.Services.GetRequiredService<ITokenAdministration>().RotateSecretAsync(1, default, default))!.After;
        LeakWatch.Current.Add(tokens.Secret);
        await ExecuteAsync($"insert into posthog_organization (id, name) values ('{Theirs}', 'theirs'); insert into posthog_team (id, api_token, secret_api_token, organization_id) values (2, 'phc_theirs', '{TheirSecret}', '{Theirs}')");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Primary_backup_and_project_key_open_the_project_however_it_is_named()
    {
        var project = (await Keys.CreateProjectSecretAsync(1, "", ["feature_flag:read"], default)).Secret;
        foreach (var bearer in new[] { tokens.Secret!, tokens.SecretBackup!, project })
        {
            foreach (var named in new[] { null, "", " ", tokens.Public, tokens.Secret!, tokens.SecretBackup!, project })
            {
                await AssertAsync(named, "Bearer " + bearer, HttpStatusCode.OK);
            }

            await AssertAsync("phc_theirs", "Bearer " + bearer, HttpStatusCode.Unauthorized, SecretInvalid);
            await AssertAsync(TheirSecret, "Bearer " + bearer, HttpStatusCode.Unauthorized, SecretInvalid);
        }

        await AssertAsync(null, "Bearer " + TheirSecret, HttpStatusCode.OK);
        await AssertAsync(tokens.Public, "Bearer " + TheirSecret, HttpStatusCode.Unauthorized, SecretInvalid);
    }

    [Fact]
    public async Task A_secret_in_the_query_names_the_project_and_is_no_credential()
    {
        await AssertAsync(tokens.Secret, null, HttpStatusCode.Unauthorized, NoCredentials);
        await AssertAsync(tokens.SecretBackup, "", HttpStatusCode.Unauthorized, NoCredentials);
        await AssertAsync(LeakWatch.MadeUp("Unknown"), "Bearer " + tokens.Secret, HttpStatusCode.Unauthorized, SecretInvalid);
        await AssertAsync(LeakWatch.MadeUp("Unknown"), null, HttpStatusCode.Unauthorized, SecretInvalid);
    }

    [Theory]
    [InlineData("bearer ", "", HttpStatusCode.OK)]
    [InlineData("Bearer   ", "  ", HttpStatusCode.OK)]
    [InlineData("Bearer", "", HttpStatusCode.Unauthorized)]
    [InlineData("Basic ", "", HttpStatusCode.Unauthorized)]
    public async Task The_scheme_needs_one_space_and_no_capitals(string scheme, string end, HttpStatusCode status) =>
        await AssertAsync(null, scheme + tokens.Secret + end, status, status == HttpStatusCode.OK ? null : NoCredentials);

    [Fact]
    public async Task A_personal_key_needs_the_project_named_by_whatever_token_it_has()
    {
        var key = "Bearer " + (await Keys.CreatePersonalAsync(1, "", ["feature_flag:read"], default)).Secret;
        await AssertAsync(null, key, HttpStatusCode.BadRequest, "The 'token' query parameter is required unless authenticating with a phs_-prefixed token.");
        await AssertAsync("", key, HttpStatusCode.BadRequest, "The 'token' query parameter is required unless authenticating with a phs_-prefixed token.");
        await AssertAsync(tokens.Public, key, HttpStatusCode.OK);
        await AssertAsync(tokens.Secret, key, HttpStatusCode.OK);
        await AssertAsync(tokens.SecretBackup, key, HttpStatusCode.OK);
        await AssertAsync("phc_theirs", key, HttpStatusCode.Unauthorized, PersonalInvalid);
        await AssertAsync("phc_nobody", key, HttpStatusCode.Unauthorized, "The provided API key is invalid or has expired. Please check your API key and try again.");
    }

    [Theory]
    [InlineData("phc_theirs")]
    [InlineData("pha_from_elsewhere")]
    [InlineData("phr_from_elsewhere")]
    [InlineData("anything")]
    public async Task What_is_no_personal_key_is_none(string bearer) => await AssertAsync(tokens.Public, "Bearer " + bearer, HttpStatusCode.Unauthorized, PersonalInvalid);

    [Theory]
    [InlineData("*", null, null, HttpStatusCode.OK)]
    [InlineData("feature_flag:read", "[]", "[]", HttpStatusCode.OK)]
    [InlineData("query:read,feature_flag:write", "[7,1]", "[\"ORGANIZATION\"]", HttpStatusCode.OK)]
    [InlineData("query:read", null, null, HttpStatusCode.Forbidden)]
    [InlineData("", null, null, HttpStatusCode.Forbidden)]
    [InlineData(null, null, null, HttpStatusCode.Forbidden)]
    [InlineData("*", "[2]", null, HttpStatusCode.Unauthorized)]
    [InlineData("*", null, "[\"0190a5d6-0000-7000-8000-0000000000aa\"]", HttpStatusCode.Unauthorized)]
    [InlineData("query:read", "[2]", null, HttpStatusCode.Unauthorized)]
    public async Task A_personal_key_is_held_to_its_teams_organizations_and_last_to_its_scopes(string? scopes, string? teams, string? organizations, HttpStatusCode status)
    {
        var key = await Keys.CreatePersonalAsync(1, "", scopes?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [], default);
        await ExecuteAsync(
            $"update posthog_personalapikey set scoped_teams = @teams, scoped_organizations = replace(@organizations, 'ORGANIZATION', (select organization_id from posthog_team where id = 1)){(scopes is null ? ", scopes = null" : "")}",
            new { teams, organizations });
        await AssertAsync(tokens.Public, "Bearer " + key.Secret, status, status switch
        {
            HttpStatusCode.Forbidden => "Personal API key lacks required scopes (feature_flag:read or feature_flag:write).",
            HttpStatusCode.Unauthorized => PersonalInvalid,
            _ => null,
        });
    }

    [Fact]
    public async Task Who_is_let_in_is_counted_by_kind_of_key()
    {
        await AssertAsync(null, "Bearer " + tokens.Secret, HttpStatusCode.OK);
        await AssertAsync(null, "Bearer " + (await Keys.CreateProjectSecretAsync(1, "", null, default)).Secret, HttpStatusCode.OK);
        await AssertAsync(tokens.Public, "Bearer " + (await Keys.CreatePersonalAsync(1, "", ["*"], default)).Secret, HttpStatusCode.OK);
        var metrics = await server.Client.GetStringAsync("/metrics");
        Assert.All(["secret_api_key", "project_secret_api_key", "personal_api_key"], method => Assert.Contains($"flags_flag_definitions_auth_total{{method=\"{method}\"}}", metrics, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_team_without_an_organization_asks_for_no_membership()
    {
        var key = await Keys.CreatePersonalAsync(1, "", ["*"], default);
        await ExecuteAsync("delete from posthog_organizationmembership; insert into posthog_team (id, api_token) values (3, 'phc_homeless')");
        await AssertAsync("phc_homeless", "Bearer " + key.Secret, HttpStatusCode.OK);
        await AssertAsync(tokens.Public, "Bearer " + key.Secret, HttpStatusCode.Unauthorized, PersonalInvalid);
    }

    private async Task AssertAsync(string? named, string? authorization, HttpStatusCode status, string? detail = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/flags/definitions" + (named is null ? "" : "?token=" + Uri.EscapeDataString(named)));
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var response = await server.Client.SendAsync(request);
        Assert.Equal(status, response.StatusCode);
        if (detail is not null)
        {
            Assert.Equal(detail, (await response.ReadJsonAsync()).GetProperty("detail").GetString());
        }
    }

    private async Task ExecuteAsync(string sql, object? values = null)
    {
        await using var connection = new SqliteConnection($"Data Source={server.StoragePath}");
        await connection.ExecuteAsync(sql, values);
    }
}
