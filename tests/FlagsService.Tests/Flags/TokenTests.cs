using System.Net;
using System.Text.Json;
using FlagsService.HyperCache.Archive;
using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Time;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Flags;

public sealed class TokenTests(EmbeddedServer embedded) : IClassFixture<EmbeddedServer>
{
    [Fact]
    public async Task A_secret_gives_the_same_flags_as_the_public_token()
    {
        var byPublic = await (await PostAsync(embedded.Token)).ReadJsonAsync();
        var bySecret = await (await PostAsync(embedded.Secret)).ReadJsonAsync();
        Assert.True(JsonElement.DeepEquals(byPublic.GetProperty("flags"), bySecret.GetProperty("flags")));
        Assert.NotEmpty(byPublic.GetProperty("flags").EnumerateObject());
    }

    [Fact]
    public async Task Primary_backup_and_project_key_give_the_same_flags_on_either_path_in_every_field()
    {
        await using var server = await FlagsServer.StartAsync();
        await server.Services.GetRequiredService<IArchive>().ImportAsync(1, new ArchiveDocument { Flags = [EmbeddedServer.Flag(1, "on", "{\"groups\":[{\"properties\":[],\"rollout_percentage\":50}]}")] }, null, default);
        var tokens = (await server.Services.GetRequiredService<ITokenAdministration>().RotateSecretAsync(1, default, default))!.After;
        var project = await server.Services.GetRequiredService<IKeyAdministration>().CreateProjectSecretAsync(1, "", ["feature_flag:read"], default);
        foreach (var path in new[] { "/flags/?v=2", "/flags", "/decide/?v=3" })
        {
            var expected = await FlagsAsync(path, "token", tokens.Public);
            foreach (var token in new[] { tokens.Secret!, tokens.SecretBackup!, project.Secret })
            {
                Assert.Equal(expected, await FlagsAsync(path, "token", token));
                Assert.Equal(expected, await FlagsAsync(path, "api_key", token));
                Assert.Equal(expected, await FlagsAsync(path, "$token", token));
            }
        }

        async Task<string> FlagsAsync(string path, string field, string token)
        {
            var answer = await server.PostAsync(path, new Dictionary<string, string> { [field] = token, ["distinct_id"] = "u" });
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var body = await answer.ReadJsonAsync();
            return (body.TryGetProperty("flags", out var flags) ? flags : body.GetProperty("featureFlags")).GetRawText();
        }
    }

    [Theory]
    [InlineData("/s/")]
    [InlineData("/s")]
    public async Task There_is_no_route_for_recordings(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await embedded.Server.PostAsync(path, new { token = embedded.Secret, distinct_id = "u" })).StatusCode);

    [Fact]
    public async Task An_unknown_secret_is_told_so_and_stays_out_of_the_public_negatives()
    {
        var directory = embedded.Server.Services.GetRequiredService<TeamDirectory>();
        var before = directory.NegativeCount;
        var response = await PostAsync("phs_nobody_knows_this_one");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("""{"type":"authentication_error","code":"authentication_failed","detail":"Secret API token is invalid.","attr":null}""", await response.Content.ReadAsStringAsync());
        Assert.Equal(before, directory.NegativeCount);
    }

    [Theory]
    [InlineData("\"phc_nobody\"", "authentication_failed", "The provided API key is invalid or has expired. Please check your API key and try again.")]
    [InlineData("\"phx_personal\"", "authentication_failed", "The provided API key is invalid or has expired. Please check your API key and try again.")]
    [InlineData("\"  \"", "not_authenticated", "No API token provided. Please include a valid API token in your request.")]
    [InlineData("5", "not_authenticated", "No API token provided. Please include a valid API token in your request.")]
    [InlineData("null", "not_authenticated", "No API token provided. Please include a valid API token in your request.")]
    public async Task Other_tokens_are_refused_in_the_words_of_the_protocol(string token, string code, string detail)
    {
        var response = await embedded.Server.PostAsync("/flags/?v=2", $$"""{"token":{{token}},"distinct_id":"u"}""");
        var error = await response.ReadJsonAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal((code, detail), (error.GetProperty("code").GetString(), error.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task A_hundred_thousand_unknown_tokens_stay_within_bounds_and_evict_no_team()
    {
        // The clock stands: on a slow machine the team's row would grow old meanwhile.
        await using var server = await FlagsServer.StartAsync(time: new FakeTime());
        await server.UntilCaughtUpAsync();
        var directory = server.Services.GetRequiredService<TeamDirectory>();
        var secrets = server.Services.GetRequiredService<SecretTokenAuthenticator>();
        await directory.ResolveAsync(server.Tokens.Public, CancellationToken.None);
        for (var i = 0; i < 50_000; i++)
        {
            Assert.Equal(TokenOutcome.Unknown, (await directory.ResolveAsync($"phc_random_{i}", CancellationToken.None)).Outcome);
            Assert.Equal(TokenOutcome.SecretInvalid, (await directory.ResolveAsync($"phs_random_{i}", CancellationToken.None)).Outcome);
        }

        Assert.InRange(directory.NegativeCount, 1, 10_000);
        Assert.InRange(secrets.UnknownCount, 1, 10_000);
        Assert.Equal("memory", (await directory.ResolveAsync(server.Tokens.Public, CancellationToken.None)).Source);
    }

    private Task<HttpResponseMessage> PostAsync(string token) => embedded.Server.PostAsync("/flags/?v=2", new { token, distinct_id = "u" });
}
