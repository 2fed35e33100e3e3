using FlagsService.HyperCache.Tiers;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Storage.Tests;

public sealed class RedisDocumentTierTests : DocumentTierContract
{
    private const string Name = "flags:1:cache/teams/42/feature_flags/flags.json";
    private RedisServer redis = null!;
    private ServiceProvider services = null!;

    protected override IDocumentTier Tier => services.GetRequiredService<IDocumentTier>();

    private ICacheInventory Inventory => services.GetRequiredService<ICacheInventory>();

    public override async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartNewAsync();
        services = new ServiceCollection().AddStorage(new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Redis", redis.ConnectionString), new("FlagsService:Storage:Path", Path.Combine(Path.GetTempPath(), "unused.db"))]).Build()).BuildServiceProvider();

        // The first call pays for the connection, which may take longer than a call has.
        for (var attempt = 0; (await Tier.GetAsync(Key, default)).IsUnavailable && attempt < 100; attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Fact]
    public async Task A_document_lives_for_its_age_and_is_listed_until_it_runs_out()
    {
        await Tier.StoredAsync(Key, new CacheEntry(7, "1"u8.ToArray(), "0123456789abcdef"), TimeSpan.FromHours(2));
        Assert.Matches(":7(199|200)\r\n", await redis.SendAsync($"TTL {Name}"));
        Assert.Contains("0123456789abcdef", await redis.SendAsync($"GET {Name}:etag"), StringComparison.Ordinal);
        var now = TimeProvider.System.GetUtcNow();
        Assert.Equal(["42"], await Patience.AnsweredAsync(() => Inventory.ReadExpiringAsync(DocumentKind.Flags, now.AddHours(3), 10, default)));
        Assert.Empty(await Patience.AnsweredAsync(() => Inventory.ReadExpiringAsync(DocumentKind.Flags, now.AddHours(1), 10, default)));
        Assert.Equal([new CacheMark(7, true), new CacheMark(null, false)], await Patience.AnsweredAsync(() => Inventory.ReadMarksAsync([Key, DocumentKey.Of(DocumentKind.Definitions, 42)], default)));
    }

    [Fact]
    public async Task A_known_absence_is_kept_and_takes_the_team_off_the_list()
    {
        await Tier.StoredAsync(Key, new CacheEntry(7, "1"u8.ToArray()), TimeSpan.FromHours(2));
        await Tier.StoredAsync(Key, CacheEntry.Absence(8), TimeSpan.FromHours(2));
        Assert.True((await Tier.FoundAsync(Key)).Value!.IsAbsence);
        Assert.Empty(await Patience.AnsweredAsync(() => Inventory.ReadAllAsync(DocumentKind.Flags, 0, 10, default)));

        await Tier.StoredAsync(Key, new CacheEntry(7, "1"u8.ToArray()), TimeSpan.FromHours(2));
        Assert.True((await Tier.FoundAsync(Key)).Value!.IsAbsence);
    }

    [Fact]
    public async Task A_job_is_claimed_by_one_server_and_the_mark_of_a_full_cache_goes_with_its_content()
    {
        var job = await Patience.AnsweredAsync(async () =>
        {
            // A claim whose answer was lost was made all the same.
            var unclaimed = Guid.NewGuid().ToString("N");
            Assert.True(await Inventory.TryClaimAsync(unclaimed, TimeSpan.FromMinutes(1), default));
            return unclaimed;
        });
        Assert.False(await Patience.AnsweredAsync(() => Inventory.TryClaimAsync(job, TimeSpan.FromMinutes(1), default)));
        Assert.False(await Patience.AnsweredAsync(() => Inventory.IsFilledAsync(default)));
        await Patience.AnsweredAsync(async () =>
        {
            await Inventory.MarkFilledAsync(default);
            return true;
        });
        Assert.True(await Patience.AnsweredAsync(() => Inventory.IsFilledAsync(default)));
        await redis.SendAsync("FLUSHALL");
        Assert.False(await Patience.AnsweredAsync(() => Inventory.IsFilledAsync(default)));
    }

    protected override void Break() => redis.Kill();

    protected override async Task<bool> ExistsAsync(DocumentKey key) => (await redis.SendAsync($"EXISTS {Name}")).StartsWith(":1", StringComparison.Ordinal);

    protected override Task PutRawAsync(DocumentKey key, string text) => redis.SendAsync($"SET {Name} {text}");
}
