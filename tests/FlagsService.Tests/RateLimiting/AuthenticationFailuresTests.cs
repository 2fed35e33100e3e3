using System.Net;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Time;
using Xunit;

namespace FlagsService.Tests.RateLimiting;

public sealed class AuthenticationFailuresTests
{
    private readonly FakeTime time = new();

    [Fact]
    public async Task An_address_that_guesses_secrets_is_held_back_and_those_who_share_it_are_not()
    {
        await using var server = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, await DefinitionsAsync(server, server.Tokens.Secret!));
        foreach (var guess in new[] { "phs_guess_0", "phs_guess_0", "phs_guess_1", "phs_guess_1", "phs_guess_2" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await DefinitionsAsync(server, guess));
        }

        var refused = await server.GetAsync("/flags/definitions", "phs_guess_4");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(20), refused.Headers.RetryAfter!.Delta);
        Assert.Empty(refused.Headers.WwwAuthenticate);
        Assert.Equal(HttpStatusCode.TooManyRequests, await FlagsAsync(server, "phs_guess_5"));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.GetAsync("/api/projects/1/feature_flags/x/remote_config", "phx_guess")).StatusCode);

        Assert.Equal(HttpStatusCode.OK, await DefinitionsAsync(server, server.Tokens.Secret!));
        Assert.Equal(HttpStatusCode.OK, await FlagsAsync(server, server.Tokens.Secret!));
        Assert.Equal(HttpStatusCode.OK, await FlagsAsync(server, server.Tokens.Public));
        Assert.Equal(HttpStatusCode.Unauthorized, await FlagsAsync(server, "phc_nobody"));

        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(HttpStatusCode.Unauthorized, await FlagsAsync(server, "phs_guess_6"));
    }

    [Fact]
    public async Task One_unknown_secret_may_be_tried_again_and_again()
    {
        await using var server = await StartAsync();
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await FlagsAsync(server, "phs_not_yet"));
        }
    }

    [Fact]
    public async Task A_key_reads_remote_configuration_so_often_and_no_more()
    {
        await using var server = await FlagsServer.StartAsync(time: time, settings: ["--FlagsService:RateLimiting:RemoteConfigPerMinute", "2"]);
        const string path = "/api/projects/@current/feature_flags/x/remote_config";
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync(path, server.Tokens.Secret)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync(path, server.Tokens.Secret)).StatusCode);
        var refused = await server.GetAsync(path, server.Tokens.Secret);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(30), refused.Headers.RetryAfter!.Delta);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync(path, "phs_other")).StatusCode);
    }

    private Task<FlagsServer> StartAsync() => FlagsServer.StartAsync(time: time, settings: ["--FlagsService:RateLimiting:AuthenticationFailuresPerMinute", "3"]);

    private static async Task<HttpStatusCode> DefinitionsAsync(FlagsServer server, string bearer) => (await server.GetAsync("/flags/definitions", bearer)).StatusCode;

    private static async Task<HttpStatusCode> FlagsAsync(FlagsServer server, string token) => (await server.PostAsync("/flags?v=2", new { token, distinct_id = "u" })).StatusCode;
}
