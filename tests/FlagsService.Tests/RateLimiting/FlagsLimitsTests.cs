using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using FlagsService.RateLimiting;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Time;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace FlagsService.Tests.RateLimiting;

public sealed class FlagsLimitsTests
{
    private const string Warning = "X-PostHog-Rate-Limit-Warning";
    private readonly FakeTime time = new();

    [Fact]
    public async Task An_address_is_warned_and_then_refused_until_its_bucket_fills()
    {
        await using var server = await StartAsync(Ip(capacity: 5));
        Assert.Equal([(200, false), (200, false), (200, false), (200, false), (200, true), (429, false)], await PostManyAsync(server, 6));

        using var request = new HttpRequestMessage(HttpMethod.Post, "/decide?v=3") { Content = Body(server.Tokens.Public) };
        request.Headers.Add("Origin", "https://example.com");
        var refused = await server.Client.SendAsync(request);
        Assert.Equal("""{"type":"validation_error","code":"rate_limit_exceeded","detail":"Rate limit exceeded","attr":null}""", await refused.Content.ReadAsStringAsync());
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal("https://example.com", refused.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("application/json", refused.Content.Headers.ContentType!.ToString());

        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/flags?v=2")).StatusCode);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([(200, true), (429, false)], await PostManyAsync(server, 2));
    }

    [Fact]
    public async Task In_log_only_mode_everything_passes_with_a_warning()
    {
        await using var server = await StartAsync([.. Ip(capacity: 2), "--FlagsService:RateLimiting:Ip:LogOnly", "true", "--FlagsService:RateLimiting:WarnRatio", "0"]);
        Assert.Equal([(200, false), (200, false), (200, true), (200, true)], await PostManyAsync(server, 4));
        Assert.Contains("flags_rate_limit_exceeded_total{kind=\"ip\",mode=\"log_only\",action=\"blocked\"}", await server.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_limited_unless_switched_on()
    {
        await using var server = await StartAsync();
        Assert.All(await PostManyAsync(server, 30), answer => Assert.Equal((200, false), answer));
    }

    [Fact]
    public async Task Public_token_and_secret_have_budgets_of_their_own()
    {
        await using var server = await StartAsync(Token(capacity: 2));
        Assert.Equal([(200, false), (200, true), (429, false)], await PostManyAsync(server, 3));
        Assert.Equal([(200, false), (200, true), (429, false)], await PostManyAsync(server, 3, token: server.Tokens.Secret));
        Assert.Equal(2, server.Services.GetRequiredService<FlagsLimits>().TokenCount);
    }

    [Fact]
    public async Task Packed_encoded_and_unreadable_bodies_share_the_budget_of_their_address()
    {
        await using var server = await StartAsync(Token(capacity: 3));
        var json = JsonSerializer.SerializeToUtf8Bytes(new { token = server.Tokens.Public, distinct_id = "u" });
        Assert.Equal(200, await StatusAsync(server, new ByteArrayContent(Gzip(json))));
        Assert.Equal(200, await StatusAsync(server, new StringContent(Convert.ToBase64String(json), Encoding.UTF8, "text/plain")));
        Assert.Equal(400, await StatusAsync(server, new StringContent("{", Encoding.UTF8, "application/json")));
        Assert.Equal(429, await StatusAsync(server, new StringContent("{", Encoding.UTF8, "application/json")));
        Assert.Equal(429, await StatusAsync(server, new ByteArrayContent(Gzip(json))));
        Assert.Equal(200, await StatusAsync(server, new ByteArrayContent(json)));
    }

    [Fact]
    public async Task Inventing_tokens_does_not_help_an_address()
    {
        await using var server = await StartAsync([.. Ip(capacity: 3), .. Token(capacity: 2)]);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(401, await StatusAsync(server, Body($"phc_invented_{i}")));
        }

        Assert.Equal(429, await StatusAsync(server, Body("phc_invented_4")));
    }

    [Fact]
    public async Task A_token_may_have_a_rate_of_its_own()
    {
        var overrides = """{"phc_other":"many/minute","phc_own":"1/minute"}""";
        await using var server = await StartAsync([.. Token(capacity: 3), "--FlagsService:RateLimiting:Token:Overrides", overrides]);
        Assert.Equal([(401, false), (429, false)], await PostManyAsync(server, 2, token: "phc_own"));
        Assert.Equal([(401, false), (401, false), (401, true), (429, false)], await PostManyAsync(server, 4, token: "phc_other"));
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal([(429, false)], await PostManyAsync(server, 1, token: "phc_own"));
    }

    [Fact]
    public async Task Nobody_but_a_trusted_proxy_says_who_the_client_is()
    {
        await using (var server = await StartAsync(Ip(capacity: 1)))
        {
            Assert.Equal([(200, false), (429, false)], [await PostAsync(server, "198.51.100.1"), await PostAsync(server, "198.51.100.2")]);
        }

        await using var behind = await StartAsync([.. Ip(capacity: 1), "--FlagsService:TrustedProxies", "127.0.0.0/8, 10.1.2.3/8,2001:db8::1"]);
        foreach (var (forwarded, status) in new[]
        {
            ("198.51.100.1", 200), ("198.51.100.1:4711", 429), ("::ffff:198.51.100.1", 429), ("198.51.100.2, 10.9.9.9 ,127.0.0.1", 200),
            ("198.51.100.77, 198.51.100.2", 429), ("[2001:db8::5]:443", 200), ("2001:db8::5", 429), ("2001:db8::6,2001:db8::1", 200),
            ("198.51.100.3, nonsense", 200), ("", 429), ("198.51.100.3", 200), ("10.0.0.1", 429),
        })
        {
            Assert.Equal((forwarded, status), (forwarded, (await PostAsync(behind, forwarded)).Status));
        }
    }

    [Fact]
    public async Task A_hundred_thousand_invented_tokens_do_not_grow_the_limiter_beyond_its_bound()
    {
        await using var server = await StartAsync(Token(capacity: 10));
        var limits = server.Services.GetRequiredService<FlagsLimits>();
        var context = new DefaultHttpContext();
        for (var i = 0; i < 120_000; i++)
        {
            Assert.Null(limits.ChargeToken(context, $"phs_invented_{i}"));
        }

        Assert.InRange(limits.TokenCount, 80_000, 100_000);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/flags?v=2", Body(server.Tokens.Public))).StatusCode);
    }

    [Fact]
    public async Task Every_mistake_in_the_settings_is_told_at_the_start()
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(
            "--FlagsService:RateLimiting:Ip:Capacity", "0", "--FlagsService:RateLimiting:Token:RefillPerSecond", "-1", "--FlagsService:RateLimiting:WarnRatio", "2",
            "--FlagsService:RateLimiting:Token:Overrides", "{", "--FlagsService:RateLimiting:Definitions:FullPerMinute", "0"));
        Assert.Equal(5, failure.Failures.Count());
        await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync("--FlagsService:TrustedProxies", "10.0.0.0/33"));
        var tooMany = JsonSerializer.Serialize(Enumerable.Range(0, 101).ToDictionary(i => $"phc_{i}", _ => "1/minute"));
        await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync("--FlagsService:RateLimiting:Token:Overrides", tooMany));
    }

    private Task<FlagsServer> StartAsync(params string[] settings) => FlagsServer.StartAsync(time: time, settings: settings);

    private static string[] Ip(int capacity) => Limiter("Ip", capacity);

    private static string[] Token(int capacity) => Limiter("Token", capacity);

    private static string[] Limiter(string name, int capacity) =>
    [
        $"--FlagsService:RateLimiting:{name}:Enabled", "true", $"--FlagsService:RateLimiting:{name}:LogOnly", "false",
        $"--FlagsService:RateLimiting:{name}:Capacity", capacity.ToString(System.Globalization.CultureInfo.InvariantCulture), $"--FlagsService:RateLimiting:{name}:RefillPerSecond", "1",
    ];

    private static StringContent Body(string token) => new(JsonSerializer.Serialize(new { token, distinct_id = "u" }), Encoding.UTF8, "application/json");

    private static async Task<List<(int Status, bool IsWarned)>> PostManyAsync(FlagsServer server, int count, string? token = null)
    {
        var answers = new List<(int, bool)>();
        for (var i = 0; i < count; i++)
        {
            answers.Add(await PostAsync(server, null, token));
        }

        return answers;
    }

    private static async Task<(int Status, bool IsWarned)> PostAsync(FlagsServer server, string? forwarded, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/flags/?v=2") { Content = Body(token ?? server.Tokens.Public) };
        if (forwarded is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwarded);
        }

        var response = await server.Client.SendAsync(request);
        return ((int)response.StatusCode, response.Headers.Contains(Warning));
    }

    private static async Task<int> StatusAsync(FlagsServer server, HttpContent content) => (int)(await server.PostAsync("/flags/?v=2", content)).StatusCode;

    private static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }
}
