using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Servers;
using FlagsService.TestKit.Time;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Storage.Tests;

public sealed class KeyUseWindowTests
{
    private static readonly KeyUse Personal = new(AuthRecordKind.Personal, "k1");

    [Fact]
    public async Task In_redis_each_key_has_an_hour_under_the_name_of_its_kind()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var services = Open(("ConnectionStrings:Redis", redis.ConnectionString));
        var window = services.GetRequiredService<IKeyUseWindow>();
        Assert.True(await OpenAsync(Personal, isFresh: true));
        Assert.False(await OpenAsync(Personal));
        Assert.True(await OpenAsync(Personal with { Kind = AuthRecordKind.ProjectSecret }, isFresh: true));
        foreach (var key in new[] { "posthog:pak_last_used:k1", "posthog:psak_last_used:k1" })
        {
            Assert.Matches(":(3600|3599|359.)\r\n", await redis.SendAsync("TTL " + key));
            Assert.Contains("$1\r\n1\r\n", await redis.SendAsync("GET " + key), StringComparison.Ordinal);
        }

        redis.Kill();
        Assert.Null(await window.OpenAsync(Personal, default));

        // The first call pays for the connection, which may take longer than a call has: what it did is undone and done again.
        async Task<bool> OpenAsync(KeyUse use, bool isFresh = false)
        {
            for (var attempt = 0; ; attempt++)
            {
                if (await window.OpenAsync(use, default) is { } isFirst)
                {
                    return isFirst;
                }

                Assert.True(attempt < 100, "Redis was never reached");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
                await redis.SendAsync(isFresh ? $"DEL posthog:{(use.Kind == AuthRecordKind.Personal ? "pak" : "psak")}_last_used:{use.KeyId}" : "PING");
            }
        }
    }

    [Fact]
    public async Task Without_redis_the_hour_is_kept_in_memory()
    {
        var time = new FakeTime();
        await using var services = Open(("none", ""), time);
        var window = services.GetRequiredService<IKeyUseWindow>();
        Assert.True(await window.OpenAsync(Personal, default));
        Assert.True(await window.OpenAsync(new(AuthRecordKind.ProjectSecret, "k1"), default));
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.False(await window.OpenAsync(Personal, default));
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(await window.OpenAsync(Personal, default));
    }

    private static ServiceProvider Open((string Name, string Value) setting, FakeTime? time = null) => new ServiceCollection()
        .AddSingleton<TimeProvider>(time is null ? TimeProvider.System : time)
        .AddStorage(new ConfigurationBuilder().AddInMemoryCollection([new(setting.Name, setting.Value), new("FlagsService:Storage:Path", Path.Combine(Path.GetTempPath(), "unused.db"))]).Build()).BuildServiceProvider();
}
