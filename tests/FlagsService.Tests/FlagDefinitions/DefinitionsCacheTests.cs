using System.Net;
using FlagsService.FlagDefinitions;
using FlagsService.HyperCache.Archive;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.FlagDefinitions;

public sealed class DefinitionsCacheTests
{
    private const string Path = "/flags/definitions";

    [Fact]
    public async Task A_cached_answer_is_the_same_for_every_credential_and_only_after_authentication()
    {
        await using var server = await FlagsServer.StartAsync();
        var first = await server.GetAsync($"{Path}?token={server.Tokens.Public}&send_cohorts", server.Tokens.Secret);
        Assert.Null(first.Headers.Age);
        await CachedAsync(server);
        foreach (var path in new[] { Path, $"{Path}?token={server.Tokens.Public}", $"{Path}?token={server.Tokens.Secret}" })
        {
            var cached = await server.GetAsync(path, server.Tokens.Secret);
            Assert.NotNull(cached.Headers.Age);
            Assert.Equal(first.Headers.ETag, cached.Headers.ETag);
            Assert.Equal("private, must-revalidate", string.Join(", ", cached.Headers.GetValues("Cache-Control").SelectMany(value => value.Split(", ")).Order(StringComparer.Ordinal).Reverse()));
            Assert.Equal(await first.Content.ReadAsStringAsync(), await cached.Content.ReadAsStringAsync());
            Assert.Equal("application/json", cached.Content.Headers.ContentType!.ToString());
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync(Path, "phs_nobody")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync($"{Path}?token={server.Tokens.Public}")).StatusCode);
        var unchanged = await server.GetAsync(Path, server.Tokens.Secret, first.Headers.ETag!.Tag.Trim('"'));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
        Assert.Null(unchanged.Headers.Age);

        using var dated = new HttpRequestMessage(HttpMethod.Get, Path);
        dated.Headers.TryAddWithoutValidation("Authorization", "Bearer " + server.Tokens.Secret);
        dated.Headers.IfModifiedSince = TimeProvider.System.GetUtcNow().AddHours(1);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.SendAsync(dated)).StatusCode);
        using var head = new HttpRequestMessage(HttpMethod.Head, Path);
        Assert.Empty(await (await server.Client.SendAsync(head)).Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_change_is_seen_at_once_and_drops_the_cached_answer()
    {
        await using var server = await FlagsServer.StartAsync();
        var store = server.Services.GetRequiredService<IOutputCacheStore>();
        var before = (await server.GetAsync(Path, server.Tokens.Secret)).Headers.ETag!.Tag;
        await CachedAsync(server);
        await store.SetAsync("marker", [1], [DefinitionsCachePolicy.TagOf(1)], TimeSpan.FromMinutes(5), default);
        var flag = EmbeddedServer.Flag(1, "added", """{"groups":[]}""");
        await server.Services.GetRequiredService<IArchive>().ImportAsync(1, new ArchiveDocument { Flags = [flag] }, null, CancellationToken.None);
        for (var attempt = 0; ; attempt++)
        {
            var answer = await server.GetAsync(Path, server.Tokens.Secret);
            var isNew = answer.Headers.ETag!.Tag != before;
            Assert.Equal(isNew, (await answer.Content.ReadAsStringAsync()).Contains("added", StringComparison.Ordinal));
            if (isNew && await store.GetAsync("marker", default) is null)
            {
                break;
            }

            Assert.True(attempt < 200, "the change was never seen");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    [Fact]
    public async Task Refusals_are_never_cached_and_a_cached_answer_overrules_none()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var server = await FlagsServer.StartAsync(settings:
        [
            "--ConnectionStrings:Redis", redis.ConnectionString, "--FlagsService:Quotas:RefreshIntervalSeconds", "0.1", "--FlagsService:RateLimiting:Definitions:FullPerMinute", "500",
        ]);
        await CachedAsync(server);
        var limited = await server.GetAsync(Path, server.Tokens.Secret);
        for (var attempt = 0; limited.StatusCode == HttpStatusCode.OK; attempt++)
        {
            Assert.True(attempt < 5000, "never limited");
            Assert.NotNull(limited.Headers.Age);
            limited = await server.GetAsync(Path, server.Tokens.Secret);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
        Assert.Null(limited.Headers.Age);

        await redis.SendAsync($"ZADD @posthog/quota-limits/feature_flag_requests +inf {server.Tokens.Public}");
        await PollAsync(server, HttpStatusCode.PaymentRequired);
        await redis.SendAsync("FLUSHALL");
        await PollAsync(server, HttpStatusCode.NotModified);
    }

    // An answer is put into the cache after its client has it.
    private static async Task CachedAsync(FlagsServer server)
    {
        for (var attempt = 0; (await server.GetAsync(Path, server.Tokens.Secret)).Headers.Age is null; attempt++)
        {
            Assert.True(attempt < 400, "the answer was never cached");
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }
    }

    private static async Task PollAsync(FlagsServer server, HttpStatusCode status)
    {
        for (var attempt = 0; (await server.GetAsync(Path, server.Tokens.Secret, "*")).StatusCode != status; attempt++)
        {
            Assert.True(attempt < 200, $"never {status}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
