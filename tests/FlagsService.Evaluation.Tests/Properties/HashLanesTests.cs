using FlagsService.Evaluation.Bucketing;
using Xunit;

namespace FlagsService.Evaluation.Tests.Properties;

/// <summary>Every length of text, in every lane and number of blocks, against the framework's SHA-1.</summary>
public sealed class HashLanesTests
{
    private readonly Random random = new(20261125);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Lanes_give_what_the_framework_gives(int blocks)
    {
        var lanes = new HashLanes(blocks);
        for (var length = (blocks - 1) * (Sha1Start.BlockBytes - Sha1Start.EndBytes + 1); length <= lanes.MaxBytes; length++)
        {
            for (var count = 1; count <= LaneSha1.Lanes; count++)
            {
                var texts = Enumerable.Range(0, count).Select(_ => Text(length)).ToArray();
                for (var i = 0; i < count; i++)
                {
                    // The parts are cut elsewhere in each lane.
                    var cut = random.Next(length + 1);
                    lanes.Add(100 + i, new HashPrefix(texts[i].AsSpan(0, cut)), Marked(texts[i].AsSpan(cut)), length - cut);
                }

                var numbers = lanes.Compute(out var places);

                Assert.Equal([.. Enumerable.Range(100, count)], numbers.ToArray());
                Assert.Equal([.. texts.Select(text => BucketingHash.Compute(text, default, default))], places.ToArray());
                Assert.Equal(0, lanes.Count);
            }
        }
    }

    [Fact]
    public void Texts_of_different_lengths_share_the_lanes()
    {
        var lanes = new HashLanes(blocks: 2);
        var texts = Enumerable.Range(0, LaneSha1.Lanes).Select(i => Text(56 + (i * 9))).ToArray();
        foreach (var text in texts.Reverse())
        {
            lanes.Add(text.Length, new HashPrefix(default), Marked(text), text.Length);
        }

        var numbers = lanes.Compute(out var places);

        for (var i = 0; i < texts.Length; i++)
        {
            var length = numbers[i];
            Assert.Equal(BucketingHash.Compute(default, texts.Single(text => text.Length == length), default), places[i]);
        }
    }

    [Fact]
    public void One_by_one_gives_the_same()
    {
        for (var length = 0; length < 119; length++)
        {
            var text = Text(length);
            var blocks = (length + Sha1Start.EndBytes + Sha1Start.BlockBytes - 1) / Sha1Start.BlockBytes;
            var padded = Marked(text).AsSpan(0, blocks * Sha1Start.BlockBytes);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(padded[^sizeof(int)..], length * 8);

            Assert.Equal(BucketingHash.Compute(default, text, default), ScalarSha1.Compute(padded));
        }
    }

    private static byte[] Marked(ReadOnlySpan<byte> text)
    {
        var marked = new byte[2 * Sha1Start.BlockBytes];
        text.CopyTo(marked);
        marked[text.Length] = 0x80;
        return marked;
    }

    private byte[] Text(int length)
    {
        var text = new byte[length];
        random.NextBytes(text);
        return text;
    }
}
