using System.Data.Common;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Dapper;
using FlagsService.HyperCache.Management;
using FlagsService.TestKit.Host;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Management;

/// <summary>Changing tokens over HTTP. Runs on each store: what is answered is already true on this server.</summary>
public abstract class TokenManagementTests : IAsyncLifetime
{
    private const string Organization = "0190a5d6-0000-7000-8000-0000000000aa";
    private string owner = "";

    protected FlagsServer Server { get; private set; } = null!;

    protected abstract Task<FlagsServer> StartAsync();

    protected abstract DbConnection Connect();

    public async ValueTask InitializeAsync()
    {
        Server = await StartAsync();
        await ExecuteAsync("update posthog_team set secret_api_token = null");
        owner = await KeyAsync(1, "*");
    }

    public virtual ValueTask DisposeAsync() => Server.DisposeAsync();

    [Fact]
    public async Task Every_row_of_the_rotation_holds_at_once_on_every_route()
    {
        var first = await TokensAsync("rotate_secret_token");
        Assert.Matches("^phs_[0-9A-Za-z]{40,48}$", first.Secret);
        Assert.Null(first.Backup);
        await AssertAliveAsync(first.Secret!, first.Public);

        var second = await TokensAsync("rotate_secret_token");
        Assert.Equal(first.Secret, second.Backup);
        await AssertAliveAsync(first.Secret!, second.Secret!, second.Public);

        var third = await TokensAsync("rotate_secret_token");
        Assert.Equal(second.Secret, third.Backup);
        await AssertDeadAsync(first.Secret!);
        await AssertAliveAsync(second.Secret!, third.Secret!, third.Public);

        var fourth = await TokensAsync("delete_secret_token_backup");
        Assert.Equal((third.Secret, null), (fourth.Secret, fourth.Backup));
        await AssertDeadAsync(second.Secret!);
        await AssertAliveAsync(third.Secret!);
        Assert.Equal(fourth, await TokensAsync("delete_secret_token_backup"));
        Assert.Equal(4, await CountAsync());
    }

    [Theory]
    [InlineData("/flags/definitions")]
    [InlineData("/flag_definitions/")]
    [InlineData("/api/feature_flag/local_evaluation")]
    [InlineData("/api/projects/1/feature_flags/local_evaluation/")]
    [InlineData("/api/projects/@current/feature_flags/any/remote_config")]
    [InlineData("/api/projects/1/feature_flags/any/remote_config")]
    public async Task A_secret_that_became_the_backup_opens_every_route_and_after_the_next_rotation_none(string path)
    {
        await ExecuteAsync("insert into posthog_featureflag (team_id, key, is_remote_configuration) values (1, 'any', true)");
        var first = (await TokensAsync("rotate_secret_token")).Secret!;
        var named = path + "?token=" + (await TokensAsync("rotate_secret_token")).Public;
        foreach (var asked in new[] { path, named })
        {
            Assert.Equal(HttpStatusCode.OK, (await Server.GetAsync(asked, first)).StatusCode);
        }

        await TokensAsync("rotate_secret_token");
        foreach (var asked in new[] { path, named })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await Server.GetAsync(asked, first)).StatusCode);
        }
    }

    [Fact]
    public async Task A_backup_without_a_primary_does_not_survive_a_rotation()
    {
        await ExecuteAsync("update posthog_team set secret_api_token_backup = 'phs_left_over_from_somewhere'");
        var tokens = await TokensAsync("rotate_secret_token");
        Assert.NotNull(tokens.Secret);
        Assert.Null(tokens.Backup);
        await AssertDeadAsync("phs_left_over_from_somewhere");
    }

    [Fact]
    public async Task A_public_token_that_was_reset_stops_at_once_and_the_secret_goes_on()
    {
        var before = await TokensAsync("rotate_secret_token");
        await AssertAliveAsync(before.Public, before.Secret!);
        var after = await TokensAsync("reset_token");
        Assert.Matches("^phc_[0-9A-Za-z]{36,44}$", after.Public);
        Assert.Equal((before.Secret, before.Backup), (after.Secret, after.Backup));
        Assert.Equal(HttpStatusCode.Unauthorized, await FlagsAsync(before.Public));
        await AssertAliveAsync(after.Public, after.Secret!);
    }

    [Fact]
    public async Task The_answer_is_the_project_and_is_not_to_be_stored()
    {
        var response = await PatchAsync("/api/projects/1/rotate_secret_token/", owner);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        var project = await response.ReadJsonAsync();
        Assert.Equal(["id", "uuid", "organization", "organization_id", "project_id", "name", "timezone", "api_token", "secret_api_token", "secret_api_token_backup"], project.EnumerateObject().Select(member => member.Name));
        Assert.Equal((1, 1, "UTC"), (project.GetProperty("id").GetInt32(), project.GetProperty("project_id").GetInt32(), project.GetProperty("timezone").GetString()));
    }

    [Theory]
    [InlineData("/api/projects/1/rotate_secret_token")]
    [InlineData("/api/projects/1/rotate_secret_token/")]
    [InlineData("/api/projects/@current/rotate_secret_token/")]
    [InlineData("/api/environments/1/rotate_secret_token")]
    [InlineData("/api/environments/1/rotate_secret_token/")]
    [InlineData("/api/environments/1/delete_secret_token_backup/")]
    [InlineData("/api/environments/1/reset_token")]
    [InlineData("/api/projects/1/reset_token/")]
    public async Task Every_path_of_the_operation_is_known(string path)
    {
        Assert.Equal(HttpStatusCode.OK, (await PatchAsync(path, owner)).StatusCode);
        var wrongMethod = await Server.GetAsync(path, owner);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "PATCH, OPTIONS"), (wrongMethod.StatusCode, string.Join(", ", wrongMethod.Content.Headers.Allow)));
        using var options = new HttpRequestMessage(HttpMethod.Options, path);
        Assert.Equal(HttpStatusCode.NoContent, (await Server.Client.SendAsync(options)).StatusCode);
    }

    [Theory]
    [InlineData(null, "not_authenticated")]
    [InlineData("phx_nobody_has_this_key", "authentication_failed")]
    [InlineData("phs_nobody_has_this_secret", "authentication_failed")]
    [InlineData("pha_from_elsewhere", "authentication_failed")]
    [InlineData("phr_from_elsewhere", "authentication_failed")]
    public async Task A_wrong_or_absent_key_is_401_and_changes_nothing(string? key, string code)
    {
        foreach (var project in new[] { "1", "99", "@current", "x" })
        {
            var response = await PatchAsync($"/api/projects/{project}/rotate_secret_token", key);
            var error = await response.ReadJsonAsync();
            Assert.Equal((HttpStatusCode.Unauthorized, code), (response.StatusCode, error.GetProperty("code").GetString()));
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        }

        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task The_projects_own_secret_is_no_administrator()
    {
        var secret = (await TokensAsync("rotate_secret_token")).Secret;
        Assert.Equal(HttpStatusCode.Unauthorized, (await PatchAsync("/api/projects/1/rotate_secret_token", secret)).StatusCode);
    }

    [Theory]
    [InlineData(1, HttpStatusCode.Forbidden)]
    [InlineData(7, HttpStatusCode.Forbidden)]
    [InlineData(8, HttpStatusCode.OK)]
    [InlineData(15, HttpStatusCode.OK)]
    public async Task Only_administrators_may(int level, HttpStatusCode expected)
    {
        var user = await UserAsync(level);
        var response = await PatchAsync("/api/projects/1/rotate_secret_token", await KeyAsync(user, "project:write"));
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, await CountAsync());
        Assert.Equal(expected == HttpStatusCode.OK, (await ScalarAsync("select count(*) from posthog_team where secret_api_token is not null")) == 1);
    }

    [Theory]
    [InlineData("*", HttpStatusCode.OK)]
    [InlineData("project:write", HttpStatusCode.OK)]
    [InlineData("project:read", HttpStatusCode.Forbidden)]
    [InlineData("feature_flag:write", HttpStatusCode.Forbidden)]
    [InlineData("", HttpStatusCode.Forbidden)]
    public async Task The_key_needs_the_scope(string scope, HttpStatusCode expected) =>
        Assert.Equal(expected, (await PatchAsync("/api/projects/1/rotate_secret_token", await KeyAsync(1, scope.Length == 0 ? [] : [scope]))).StatusCode);

    [Theory]
    [InlineData("2")]
    [InlineData("99")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    [InlineData("not-a-number")]
    public async Task A_foreign_and_an_unknown_project_look_alike(string project)
    {
        await ExecuteAsync($"insert into posthog_organization (id, name) values ('{Organization}', 'theirs')");
        await ExecuteAsync($"insert into posthog_team (id, api_token, organization_id) values (2, 'phc_theirs', '{Organization}')");
        var response = await PatchAsync($"/api/projects/{project}/rotate_secret_token", owner);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("""{"type":"invalid_request","code":"not_found","detail":"Not found.","attr":null}""", await response.Content.ReadAsStringAsync());
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_key_limited_to_another_project_does_not_see_this_one()
    {
        await ExecuteAsync($"update posthog_personalapikey set scoped_teams = '{(Server.Postgres is null ? "[2]" : "{2}")}'");
        Assert.Equal(HttpStatusCode.NotFound, (await PatchAsync("/api/projects/1/rotate_secret_token", owner)).StatusCode);
    }

    [Fact]
    public async Task Whoever_lost_membership_or_account_is_refused_although_the_key_is_cached()
    {
        await TokensAsync("rotate_secret_token");
        await ExecuteAsync("update posthog_organizationmembership set level = 1");
        Assert.Equal(HttpStatusCode.Forbidden, (await PatchAsync("/api/projects/1/rotate_secret_token", owner)).StatusCode);
        await ExecuteAsync("update posthog_organizationmembership set level = 15");
        await ExecuteAsync("update posthog_user set is_active = false");
        Assert.NotEqual(HttpStatusCode.OK, (await PatchAsync("/api/projects/1/rotate_secret_token", owner)).StatusCode);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Each_change_is_in_the_activity_log_with_masks_for_secrets()
    {
        var first = await TokensAsync("rotate_secret_token");
        var second = await TokensAsync("rotate_secret_token");
        await TokensAsync("delete_secret_token_backup");
        var reset = await TokensAsync("reset_token");

        await using var connection = Connect();
        var rows = (await connection.QueryAsync<(int TeamId, int UserId, string ItemId, string Scope, string Activity, string Detail)>(
            "select team_id, user_id, item_id, scope, activity, cast(detail as text) from posthog_activitylog")).ToList();
        Assert.All(rows, row => Assert.Equal((1, 1, "1", "Team", "updated"), (row.TeamId, row.UserId, row.ItemId, row.Scope, row.Activity)));
        string Mask(string? token) => $"\"{token![..4]}...{token[^4..]}\"";
        string[] expected =
        [
            $$$"""{"type":"Team","action":"created","field":"secret_api_token","before":{"secret_api_token":null},"after":{"secret_api_token":{{{Mask(first.Secret)}}}}}""",
            $$$"""{"type":"Team","action":"changed","field":"secret_api_token","before":{"secret_api_token":{{{Mask(first.Secret)}}},"secret_api_token_backup":null},"after":{"secret_api_token":{{{Mask(second.Secret)}}},"secret_api_token_backup":{{{Mask(first.Secret)}}}}}""",
            $$$"""{"type":"Team","action":"deleted","field":"secret_api_token_backup","before":{{{Mask(first.Secret)}}},"after":null}""",
            $$$"""{"type":"Team","action":"changed","field":"api_token","before":"{{{second.Public}}}","after":"{{{reset.Public}}}"}""",
        ];
        Assert.Equal(expected.Length, rows.Count);
        Assert.All(expected, change => Assert.Contains(rows, row => JsonElement.DeepEquals(JsonElement.Parse(change), JsonElement.Parse(row.Detail).GetProperty("changes")[0])));
        Assert.All(rows, row => Assert.DoesNotContain(second.Secret![8..40], row.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Twenty_rotations_at_once_leave_one_consistent_pair_and_no_other_secret_alive()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TokensAsync("rotate_secret_token")));
        await using var connection = Connect();
        var final = await connection.QuerySingleAsync<(string Secret, string Backup)>("select secret_api_token, secret_api_token_backup from posthog_team where id = 1");
        Assert.Single(made, tokens => tokens.Secret == final.Secret && tokens.Backup == final.Backup);
        Assert.Equal(20, await CountAsync());
        await AssertAliveAsync(final.Secret, final.Backup);
        await AssertDeadAsync([.. made.Select(tokens => tokens.Secret!).Except([final.Secret, final.Backup])]);
    }

    [Theory]
    [InlineData("posthog_personalapikey")]
    [InlineData("posthog_organizationmembership")]
    [InlineData("posthog_activitylog")]
    public async Task Trouble_of_the_store_is_503_and_leaves_the_tokens_alone(string table)
    {
        await ExecuteAsync($"alter table {table} rename to elsewhere");
        var response = await PatchAsync("/api/projects/1/rotate_secret_token", owner);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("database_unavailable", (await response.ReadJsonAsync()).GetProperty("code").GetString());
        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter!.Delta);
        Assert.Equal(0, await ScalarAsync("select count(*) from posthog_team where secret_api_token is not null"));
    }

    protected async Task<Project> TokensAsync(string operation)
    {
        var response = await PatchAsync($"/api/projects/1/{operation}/", owner);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.ReadJsonAsync();
        return new Project(body.GetProperty("api_token").GetString()!, body.GetProperty("secret_api_token").GetString(), body.GetProperty("secret_api_token_backup").GetString());
    }

    protected async Task AssertAliveAsync(params IEnumerable<string> tokens)
    {
        foreach (var token in tokens)
        {
            Assert.Equal(HttpStatusCode.OK, await FlagsAsync(token));
            if (token.StartsWith("phs_", StringComparison.Ordinal))
            {
                Assert.Equal(HttpStatusCode.OK, await DefinitionsAsync(token));
            }
        }
    }

    protected async Task AssertDeadAsync(params IEnumerable<string> secrets)
    {
        foreach (var secret in secrets)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await FlagsAsync(secret));
            Assert.Equal(HttpStatusCode.Unauthorized, await DefinitionsAsync(secret));
        }
    }

    private async Task<HttpStatusCode> FlagsAsync(string token) => (await Server.PostAsync("/flags/?v=2", new { token, distinct_id = "u" })).StatusCode;

    private async Task<HttpStatusCode> DefinitionsAsync(string secret) => (await Server.GetAsync("/flags/definitions", secret)).StatusCode;

    private async Task<HttpResponseMessage> PatchAsync(string path, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, path);
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await Server.Client.SendAsync(request);
    }

    private async Task<string> KeyAsync(int user, params IReadOnlyList<string> scopes) =>
        (await Server.Services.GetRequiredService<IKeyAdministration>().CreatePersonalAsync(user, "", scopes, default)).Secret;

    private async Task<int> UserAsync(int level)
    {
        await ExecuteAsync($"insert into posthog_user (email) values ('colleague@localhost'); insert into posthog_organizationmembership (organization_id, user_id, level) select organization_id, (select max(id) from posthog_user), {level} from posthog_team where id = 1");
        return (int)await ScalarAsync("select max(id) from posthog_user");
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = Connect();
        await connection.ExecuteAsync(sql);
    }

    private async Task<long> ScalarAsync(string sql)
    {
        await using var connection = Connect();
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    private Task<long> CountAsync() => ScalarAsync("select count(*) from posthog_activitylog");

    protected sealed record Project(string Public, string? Secret, string? Backup);
}
