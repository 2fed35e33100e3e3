using FlagsService.HyperCache.Tiers;
using Xunit;

namespace FlagsService.HyperCache.Tests;

public sealed class TieredDocumentsTests
{
    [Fact]
    public async Task Without_a_shared_tier_no_document_is_put_into_its_shared_form()
    {
        var tiers = new TieredDocuments([]);
        var key = DocumentKey.Of(DocumentKind.Flags, 1);
        tiers.WriteBack(key, Unwanted);
        Assert.True(await tiers.WriteAsync(key, Unwanted, CancellationToken.None));

        static CacheEntry Unwanted() => throw new InvalidOperationException("nobody takes it");
    }
}
