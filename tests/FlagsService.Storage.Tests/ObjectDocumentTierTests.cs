using FlagsService.HyperCache.Tiers;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Storage.Tests;

public sealed class ObjectDocumentTierTests : DocumentTierContract
{
    private const string Name = "cache/teams/42/feature_flags/flags.json";
    private ObjectServer server = null!;
    private ServiceProvider services = null!;

    protected override IDocumentTier Tier => services.GetRequiredService<IDocumentTier>();

    public override async ValueTask InitializeAsync()
    {
        server = await ObjectServer.StartNewAsync();
        services = new ServiceCollection().AddStorage(new ConfigurationBuilder().AddInMemoryCollection([.. server.Configuration, new("FlagsService:Storage:Path", Path.Combine(Path.GetTempPath(), "unused.db"))]).Build()).BuildServiceProvider();

        // The first request pays for the client's own start.
        for (var attempt = 0; (await Tier.GetAsync(Key, default)).IsUnavailable && attempt < 20; attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Only_documents_keyed_by_team_are_kept_there_and_an_absence_deletes()
    {
        Assert.False(Tier.Holds(DocumentKind.TeamMetadata));
        Assert.True(Tier.Holds(DocumentKind.Definitions));
        await Tier.SetAsync(Key, new CacheEntry(7, "1"u8.ToArray()), TimeSpan.FromHours(2), default);
        Assert.Equal([Name], server.Names);
        await Tier.SetAsync(Key, CacheEntry.Absence(8), TimeSpan.FromHours(2), default);
        Assert.Empty(server.Names);
    }

    [Fact]
    public async Task A_store_that_hangs_is_given_a_second_and_then_left_alone()
    {
        server.Mode = ObjectServerMode.Hanging;
        for (var attempt = 0; attempt < 7; attempt++)
        {
            Assert.True((await Tier.GetAsync(Key, default)).IsUnavailable);
        }

        var before = server.Requests;
        Assert.True((await Tier.GetAsync(Key, default)).IsUnavailable);
        Assert.Equal(before, server.Requests);
    }

    protected override void Break() => server.Mode = ObjectServerMode.Failing;

    protected override Task<bool> ExistsAsync(DocumentKey key) => Task.FromResult(server.Names.Contains(Name));

    protected override Task PutRawAsync(DocumentKey key, string text)
    {
        server.Put(Name, System.Text.Encoding.UTF8.GetBytes(text));
        return Task.CompletedTask;
    }
}
