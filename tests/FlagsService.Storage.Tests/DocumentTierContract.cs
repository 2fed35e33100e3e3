using System.Text;
using FlagsService.HyperCache.Tiers;
using Xunit;

namespace FlagsService.Storage.Tests;

/// <summary>What every shared tier answers.</summary>
public abstract class DocumentTierContract : IAsyncLifetime
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    protected static DocumentKey Key { get; } = DocumentKey.Of(DocumentKind.Flags, 42);

    protected abstract IDocumentTier Tier { get; }

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    protected abstract void Break();

    protected abstract Task<bool> ExistsAsync(DocumentKey key);

    protected abstract Task PutRawAsync(DocumentKey key, string text);

    [Theory]
    [InlineData(2)]
    [InlineData(100_000)]
    public async Task A_document_comes_back_with_its_revision(int length)
    {
        var json = Encoding.UTF8.GetBytes("\"" + new string('x', length) + "\"");
        Assert.True((await Tier.FoundAsync(Key)).IsMiss);
        Assert.True(await Tier.StoredAsync(Key, new CacheEntry(7, json), Day));
        var found = (await Tier.FoundAsync(Key)).Value!;
        Assert.Equal(7, found.Revision);
        Assert.Equal(json, found.Json.ToArray());
    }

    [Theory]
    [InlineData(255, 256)]
    [InlineData(1, 2)]
    [InlineData(10, 13)]
    [InlineData(65535, 4294967296)]
    public async Task An_older_revision_never_overwrites_a_newer(long older, long newer)
    {
        Assert.True(await Tier.StoredAsync(Key, new CacheEntry(newer, "1"u8.ToArray()), Day));
        Assert.True(await Tier.StoredAsync(Key, new CacheEntry(older, "2"u8.ToArray()), Day));
        Assert.Equal(newer, (await Tier.FoundAsync(Key)).Value!.Revision);
        Assert.True(await Tier.StoredAsync(Key, new CacheEntry(newer, "3"u8.ToArray()), Day));
        Assert.Equal("3"u8.ToArray(), (await Tier.FoundAsync(Key)).Value!.Json.ToArray());
    }

    [Fact]
    public async Task Writers_at_once_leave_the_newest()
    {
        await Task.WhenAll(Enumerable.Range(1, 20).Select(revision => Tier.StoredAsync(Key, new CacheEntry(revision, "1"u8.ToArray()), Day)));
        Assert.True(await Tier.StoredAsync(Key, new CacheEntry(20, "1"u8.ToArray()), Day));
        Assert.Equal(20, (await Tier.FoundAsync(Key)).Value!.Revision);
    }

    [Fact]
    public async Task What_is_no_envelope_is_deleted_and_missed()
    {
        await PutRawAsync(Key, "garbage");
        Assert.True((await Tier.FoundAsync(Key)).IsMiss);
        Assert.False(await ExistsAsync(Key));
    }

    [Fact]
    public async Task A_deleted_document_is_gone_and_deleting_twice_is_no_trouble()
    {
        await Tier.StoredAsync(Key, new CacheEntry(7, "1"u8.ToArray()), Day);
        Assert.True(await Tier.DeletedAsync(Key));
        Assert.True((await Tier.FoundAsync(Key)).IsMiss);
        Assert.True(await Tier.DeletedAsync(Key));
    }

    [Fact]
    public async Task Trouble_is_no_absence_and_no_exception()
    {
        Break();
        for (var attempt = 0; attempt < 10; attempt++)
        {
            Assert.True((await Tier.GetAsync(Key, default)).IsUnavailable);
            Assert.False(await Tier.SetAsync(Key, new CacheEntry(7, "1"u8.ToArray()), Day, default));
            Assert.False(await Tier.DeleteAsync(Key, default));
        }
    }
}
