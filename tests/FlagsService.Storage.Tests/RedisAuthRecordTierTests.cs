using FlagsService.HyperCache;
using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Storage.Tests;

public sealed class RedisAuthRecordTierTests : IAsyncLifetime
{
    private static readonly TokenDigest Digest = TokenDigest.Of("phs_example_primary_0001");
    private readonly AuthRecord record = new() { Kind = AuthRecordKind.Secret, TeamId = 42, PublicToken = "phc_pub" };
    private RedisServer redis = null!;
    private ServiceProvider services = null!;

    private IAuthRecordTier Tier => services.GetRequiredService<IAuthRecordTier>();

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartNewAsync();
        services = new ServiceCollection().AddStorage(new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:Redis", redis.ConnectionString), new("FlagsService:Storage:Path", Path.Combine(Path.GetTempPath(), "unused.db"))]).Build()).BuildServiceProvider();

        // The first call pays for the connection, which may take longer than a call has.
        for (var attempt = 0; (await Tier.GetAsync(Digest, default)).Status == StoreStatus.Unavailable && attempt < 100; attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Fact]
    public async Task A_record_is_plain_json_under_its_digest_for_two_minutes()
    {
        Assert.Equal(StoreStatus.Miss, (await Tier.GetAsync(Digest, default)).Status);
        await Tier.SetAsync(Digest, record, (await Tier.GetAsync(Digest, default)).Version!, default);
        var found = await Tier.GetAsync(Digest, default);
        Assert.Equal(record.PublicToken, found.Record!.PublicToken);
        Assert.InRange(found.Remaining, TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(120));
        const string key = "posthog:auth_token:sha256$0105d2a73aa98e11b6ca2da628032f280e2c14c3cd7fca22d8d608f87cec113d";
        Assert.Contains("\"type\":\"secret\",\"team_id\":42", await redis.SendAsync($"GET {key}"), StringComparison.Ordinal);
        Assert.Matches(":1(19|20)\r\n", await redis.SendAsync($"TTL {key}"));
    }

    [Fact]
    public async Task A_reader_who_loaded_before_a_change_may_not_store_after_it()
    {
        var version = (await Tier.GetAsync(Digest, default)).Version!;
        Assert.True(await Tier.ForgetAsync([Digest.Text], default));
        await Tier.SetAsync(Digest, record, version, default);
        Assert.Equal(StoreStatus.Miss, (await Tier.GetAsync(Digest, default)).Status);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("{\"type\":\"other\"}")]
    [InlineData("{\"type\":\"secret\"}")]
    public async Task What_is_no_record_is_deleted_and_missed(string value)
    {
        await redis.SendAsync($"SET posthog:auth_token:{Digest} '{value}'");
        Assert.Equal(StoreStatus.Miss, (await Tier.GetAsync(Digest, default)).Status);
        Assert.StartsWith(":0", await redis.SendAsync($"EXISTS posthog:auth_token:{Digest}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_of_an_older_writer_has_no_public_token()
    {
        await redis.SendAsync($"SET posthog:auth_token:{Digest} '{{\"type\":\"secret\",\"team_id\":7}}'");
        var found = (await Tier.GetAsync(Digest, default)).Record!;
        Assert.Equal((7, null), (found.TeamId, found.PublicToken));
    }

    [Fact]
    public async Task All_records_are_found_page_by_page_with_what_is_no_record()
    {
        for (var number = 0; number < 1200; number++)
        {
            await redis.SendAsync($"SET posthog:auth_token:d{number} '{(number % 2 == 0 ? "{\"type\":\"secret\",\"team_id\":7}" : "garbage")}'");
        }

        var found = new Dictionary<string, AuthRecord?>(StringComparer.Ordinal);
        long cursor = 0;
        do
        {
            (var page, cursor) = await Tier.ScanAsync(cursor, default);
            foreach (var (digest, known) in page)
            {
                found[digest] = known;
            }
        }
        while (cursor != 0);

        Assert.Equal(1200, found.Count);
        Assert.Equal((7, true), (found["d0"]!.TeamId, found["d1"] is null));
    }

    [Fact]
    public async Task Redis_being_down_is_no_absence_and_deletion_is_asked_for_again()
    {
        redis.Kill();
        Assert.Equal(StoreStatus.Unavailable, (await Tier.GetAsync(Digest, default)).Status);
        Assert.False(await Tier.ForgetAsync([Digest.Text], default));
    }
}
