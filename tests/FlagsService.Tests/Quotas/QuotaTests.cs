using System.Net;
using System.Text.Json;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.Quotas;

public sealed class QuotaTests : IAsyncLifetime
{
    private const string Key = "@posthog/quota-limits/feature_flag_requests";
    private const string Definitions = "/flags/definitions";
    private RedisServer redis = null!;
    private FlagsServer server = null!;

    private string[] Settings => ["--ConnectionStrings:Redis", redis.ConnectionString, "--FlagsService:Quotas:RefreshIntervalSeconds", "0.1"];

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartNewAsync();
        server = await FlagsServer.StartAsync(settings: [.. Settings, "--FlagsService:Quotas:SessionReplayCheck", "true"]);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Fact]
    public async Task A_project_over_its_quota_gets_no_flags_whatever_token_it_uses()
    {
        var tokens = (await server.Services.GetRequiredService<ITokenAdministration>().RotateSecretAsync(server.Tokens.TeamId, default, default))!.After;
        await LimitAsync("+inf");
        foreach (var token in new[] { tokens.Public, tokens.Secret!, tokens.SecretBackup! })
        {
            await PollAsync(async () => (await FlagsAsync(token)).TryGetProperty("quotaLimited", out _));
            var answer = await FlagsAsync(token);
            Assert.Equal(["errorsWhileComputingFlags", "evaluatedAt", "flags", "quotaLimited", "requestId"], answer.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
            Assert.False(answer.GetProperty("errorsWhileComputingFlags").GetBoolean());
            Assert.Equal("""["feature_flags"]""", answer.GetProperty("quotaLimited").GetRawText());
            Assert.Empty(answer.GetProperty("flags").EnumerateObject());
        }
    }

    [Fact]
    public async Task Every_shape_says_so_once_and_the_configuration_is_still_delivered()
    {
        await LimitAsync("+inf");
        await PollLimitedAsync(server, isLimited: true);
        foreach (var path in new[] { "/flags", "/flags?v=2", "/decide?v=1", "/decide?v=2", "/decide?v=3", "/flags?v=2&config=true" })
        {
            var text = await (await server.PostAsync(path, new { token = server.Tokens.Public, distinct_id = "u" })).Content.ReadAsStringAsync();
            Assert.Equal("""["feature_flags"]""", JsonElement.Parse(text).GetProperty("quotaLimited").GetRawText());
            Assert.Equal(2, text.Split("quotaLimited").Length);
            Assert.Equal(path.Contains("config", StringComparison.Ordinal), text.Contains("supportedCompression", StringComparison.Ordinal));
        }

        var disabled = await (await server.PostAsync("/flags?v=2", new { token = server.Tokens.Public, disable_flags = true })).ReadJsonAsync();
        Assert.False(disabled.TryGetProperty("quotaLimited", out _));
    }

    [Fact]
    public async Task Definitions_are_refused_with_402_even_when_the_tag_matches()
    {
        var tag = (await server.GetAsync(Definitions, server.Tokens.Secret)).Headers.ETag!.Tag;
        await LimitAsync("+inf");
        await PollLimitedAsync(server, isLimited: true);
        var response = await server.GetAsync(Definitions, server.Tokens.Secret, tag);
        Assert.Equal(HttpStatusCode.PaymentRequired, response.StatusCode);
        Assert.Null(response.Headers.ETag);
        Assert.Equal(
            """{"type":"quota_limited","code":"payment_required","detail":"You have exceeded your feature flag request quota","attr":null}""",
            await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync(Definitions, "phs_nobody")).StatusCode);
    }

    [Fact]
    public async Task Only_the_public_token_counts_and_only_until_its_time()
    {
        await LimitAsync("+inf");
        await PollLimitedAsync(server, isLimited: true);
        await redis.SendAsync($"ZADD {Key} +inf {server.Tokens.Secret} +inf phc_another 1000 {server.Tokens.Public}");
        await PollLimitedAsync(server, isLimited: false);
        var unknown = await server.PostAsync("/flags?v=2", new { token = "phc_another", distinct_id = "u" });
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
    }

    [Fact]
    public async Task Without_Redis_the_last_limits_stay_and_a_new_server_limits_nobody()
    {
        await LimitAsync("+inf");
        await PollLimitedAsync(server, isLimited: true);
        redis.Kill();
        await using var late = await FlagsServer.StartAsync(settings: Settings);
        await Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System);
        Assert.True((await FlagsAsync(server.Tokens.Public)).TryGetProperty("quotaLimited", out _));
        await PollLimitedAsync(late, isLimited: false);

        await redis.StartAsync();
        await PollLimitedAsync(server, isLimited: false);
        await redis.SendAsync($"ZADD {Key} +inf {late.Tokens.Public}");
        await PollLimitedAsync(late, isLimited: true);
    }

    [Fact]
    public async Task Over_the_recordings_quota_browsers_are_told_not_to_record()
    {
        await redis.SendAsync($"ZADD @posthog/quota-limits/recordings +inf {server.Tokens.Public}");
        await PollAsync(async () => (await (await server.GetAsync($"/array/{server.Tokens.Public}/config")).ReadJsonAsync()).TryGetProperty("quotaLimited", out _));
        var answer = await (await server.PostAsync("/flags?v=2&config=true", new { token = server.Tokens.Public, distinct_id = "u" })).ReadJsonAsync();
        Assert.Equal("""["recordings"]""", answer.GetProperty("quotaLimited").GetRawText());
        Assert.False(answer.GetProperty("sessionRecording").GetBoolean());
    }

    private Task<string> LimitAsync(string until) => redis.SendAsync($"ZADD {Key} {until} {server.Tokens.Public}");

    private async Task<JsonElement> FlagsAsync(string token)
    {
        var response = await server.PostAsync("/flags/?v=2", new { token, distinct_id = "u" });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.ReadJsonAsync();
    }

    private static Task PollLimitedAsync(FlagsServer server, bool isLimited) => PollAsync(async () =>
        (await (await server.PostAsync("/flags/?v=2", new { token = server.Tokens.Public, distinct_id = "u" })).ReadJsonAsync()).TryGetProperty("quotaLimited", out _) == isLimited);

    private static async Task PollAsync(Func<Task<bool>> holds)
    {
        for (var attempt = 0; !await holds(); attempt++)
        {
            Assert.True(attempt < 400, "it never came to be");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
