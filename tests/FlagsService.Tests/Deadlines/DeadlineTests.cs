using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using FlagsService.HyperCache;
using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Faults;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using FlagsService.TestKit.Time;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Deadlines;

/// <summary>How long a request waits for stores that never answer, by a clock of the test's own.</summary>
public sealed class DeadlineTests : IAsyncLifetime
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private readonly FakeTime time = new();
    private FaultyProxy proxy = null!;
    private FlagsServer server = null!;
    private string personal = "";

    public async ValueTask InitializeAsync()
    {
        var store = await PostgresServer.SharedAsync();
        proxy = new FaultyProxy(store.Port);

        // The driver's own patience must not end a statement before the request's is over.
        var database = (await store.CreateDatabaseAsync()).Replace($"Port={store.Port}", $"Port={proxy.Port}", StringComparison.Ordinal).Replace("Timeout=5", "Timeout=1;Command Timeout=60", StringComparison.Ordinal);
        server = await FlagsServer.StartAsync(database, time: time);
        personal = (await server.Services.GetRequiredService<IKeyAdministration>().CreatePersonalAsync(1, "", ["*"], default)).Secret;
        await server.UntilListeningAsync();
    }

    public async ValueTask DisposeAsync()
    {
        proxy.Mode = FaultMode.None;
        await server.DisposeAsync();
        await proxy.DisposeAsync();
    }

    [Theory]
    [InlineData("public")]
    [InlineData("secret")]
    [InlineData("definitions")]
    [InlineData("definitions of a person")]
    [InlineData("remote config")]
    [InlineData("browser config")]
    [InlineData("rotation")]
    public async Task All_look_ups_of_a_request_share_four_seconds_and_then_the_answer_is_503(string kind)
    {
        proxy.Mode = FaultMode.Hanging;
        var (status, took) = await AskAsync(kind);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.InRange(took, RequestBudget.Load - Tick, TimeSpan.FromSeconds(4.5));
    }

    [Theory]
    [InlineData("public")]
    [InlineData("secret")]
    [InlineData("definitions")]
    public async Task What_is_in_memory_is_served_when_that_time_is_over(string kind)
    {
        await UntilRememberedAsync(kind);
        proxy.Mode = FaultMode.Hanging;
        time.Advance(TimeSpan.FromSeconds(110));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(kind)).Status);
        time.Advance(TimeSpan.FromMinutes(5));
        var (status, took) = await AskAsync(kind);
        Assert.Equal(kind == "public" ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, status);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(4.5));
    }

    [Fact]
    public async Task A_person_who_cannot_be_looked_up_in_time_fails_the_flags_that_need_it_and_no_others()
    {
        await PostgresServer.ExecuteAsync(server.Postgres!, """
            insert into posthog_featureflag (team_id, key, filters) values
            (1, 'everybody', '{"groups":[{"properties":[],"rollout_percentage":100}]}'),
            (1, 'pro', '{"groups":[{"properties":[{"key":"plan","type":"person","value":["pro"],"operator":"exact"}],"rollout_percentage":100}]}')
            """);
        for (var attempt = 0; !(await FlagsAsync(await SendAsync("public"))).TryGetProperty("pro", out _); attempt++)
        {
            Assert.True(attempt < 200);
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }

        await UntilRememberedAsync("public");
        proxy.Mode = FaultMode.Hanging;
        var (status, took) = await AskAsync("public", async response =>
        {
            var flags = await FlagsAsync(response);
            Assert.Equal("timeout:client_timeout", flags.GetProperty("pro").GetProperty("reason").GetProperty("code").GetString());
            Assert.True(flags.GetProperty("everybody").GetProperty("enabled").GetBoolean());
        });
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.InRange(took, TimeSpan.FromSeconds(4) - Tick, TimeSpan.FromSeconds(4.5));
    }

    // What is read while a change is being carried out is not kept.
    private async Task UntilRememberedAsync(string kind)
    {
        var (teams, secrets) = (server.Services.GetRequiredService<TeamDirectory>(), server.Services.GetRequiredService<SecretTokenAuthenticator>());
        for (var attempt = 0; ; attempt++)
        {
            Assert.True(attempt < 200, "never remembered");
            var before = secrets.Generation;
            Assert.Equal(HttpStatusCode.OK, (await SendAsync(kind)).StatusCode);
            if (secrets.Generation == before && teams.RowCount == 1)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }
    }

    private static async Task<JsonElement> FlagsAsync(HttpResponseMessage response) => (await response.ReadJsonAsync()).GetProperty("flags");

    private async Task<(HttpStatusCode Status, TimeSpan Took)> AskAsync(string kind, Func<HttpResponseMessage, Task>? look = null)
    {
        var (started, before) = (time.GetUtcNow(), proxy.Held);
        var asking = SendAsync(kind);
        while (await Task.WhenAny(asking, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System)) != asking)
        {
            // Until the request waits for a store the clock stands: how long a busy machine takes to get there is not the question.
            if (proxy.Held > before)
            {
                time.Advance(Tick);
            }
        }

        var took = time.GetUtcNow() - started;
        using var response = await asking;
        await (look?.Invoke(response) ?? Task.CompletedTask);
        return (response.StatusCode, took);
    }

    private Task<HttpResponseMessage> SendAsync(string kind)
    {
        var (open, secret) = (server.Tokens.Public, server.Tokens.Secret);
        return kind switch
        {
            "public" or "secret" => server.PostAsync("/flags/?v=2", new { token = kind == "public" ? open : secret, distinct_id = "u" }),
            "definitions" => server.GetAsync($"/flags/definitions?token={open}", secret),
            "definitions of a person" => server.GetAsync($"/flags/definitions?token={open}", personal),
            "remote config" => server.GetAsync($"/api/projects/1/feature_flags/x/remote_config?token={open}", secret),
            "browser config" => server.GetAsync($"/array/{open}/config"),
            _ => RotateAsync(),
        };
    }

    private async Task<HttpResponseMessage> RotateAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/projects/1/rotate_secret_token");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", personal);
        return await server.Client.SendAsync(request);
    }
}
