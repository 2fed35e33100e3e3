using System.Text;
using FlagsService.HyperCache.Tiers;
using Xunit;

namespace FlagsService.HyperCache.Tests;

public sealed class CacheEnvelopeTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(5_000, 2)]
    public void Short_documents_are_plain_and_long_ones_compressed(int length, byte format)
    {
        var json = Encoding.UTF8.GetBytes("\"" + new string('x', length) + "\"");
        var envelope = CacheEnvelope.Write(new CacheEntry(0x0102030405060708, json));
        Assert.Equal([format, 1, 2, 3, 4, 5, 6, 7, 8], envelope[..9]);
        var read = CacheEnvelope.TryRead(envelope)!;
        Assert.Equal(0x0102030405060708, read.Revision);
        Assert.Equal(json, read.Json.ToArray());
    }

    [Fact]
    public void An_absence_is_a_text_of_its_own()
    {
        var envelope = CacheEnvelope.Write(CacheEntry.Absence(5));
        Assert.Equal("__missing__", Encoding.ASCII.GetString(envelope[9..]));
        Assert.True(CacheEnvelope.TryRead(envelope)!.IsAbsence);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("{\"flags\":[]}")]
    [InlineData("\u0003aaaaaaaab")]
    [InlineData("\u0002aaaaaaaanobrotli")]
    public void What_is_no_envelope_is_nothing(string text) => Assert.Null(CacheEnvelope.TryRead(Encoding.Latin1.GetBytes(text)));

    [Fact]
    public void A_cut_document_is_nothing()
    {
        var envelope = CacheEnvelope.Write(new CacheEntry(1, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 2000)))));
        Assert.Null(CacheEnvelope.TryRead(envelope.AsMemory(0, envelope.Length - 10)));
    }
}
