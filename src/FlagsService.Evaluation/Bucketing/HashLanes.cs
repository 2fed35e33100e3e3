using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace FlagsService.Evaluation.Bucketing;

/// <summary>Up to eight texts of the same number of blocks, collected to be hashed together. Each carries a number by which its caller knows it again.</summary>
internal sealed class HashLanes(int blocks)
{
    private readonly int stride = blocks * Sha1Start.BlockBytes;
    private readonly byte[] texts = new byte[LaneSha1.Lanes * blocks * Sha1Start.BlockBytes];
    private readonly int[] numbers = new int[LaneSha1.Lanes];
    private readonly double[] places = new double[LaneSha1.Lanes];

    /// <summary>Longest text that fits.</summary>
    public int MaxBytes => stride - Sha1Start.EndBytes;

    public bool IsFull => Count == LaneSha1.Lanes;

    public int Count { get; private set; }

    /// <summary>Adds a text of two parts. The second is given with the end mark and zeros behind it, at least as many as a lane has bytes.</summary>
    public void Add(int number, in HashPrefix prefix, ReadOnlySpan<byte> markedRest, int restLength)
    {
        var lane = texts.AsSpan(Count * stride, stride);
        if (stride == Sha1Start.BlockBytes && prefix.Length <= HashPrefix.PaddedBytes && restLength < Vector256<byte>.Count)
        {
            // A short key and a short identifier, which is what nearly all are: copies of a fixed length, which need no call.
            Vector256.Create(prefix.Padded).CopyTo(lane);
            Vector256<byte>.Zero.CopyTo(lane[HashPrefix.PaddedBytes..]);
            Vector256.Create(markedRest).CopyTo(lane[prefix.Length..]);
        }
        else
        {
            prefix.Text.CopyTo(lane);
            markedRest[..(stride - prefix.Length)].CopyTo(lane[prefix.Length..]);
        }

        BinaryPrimitives.WriteInt32BigEndian(lane[^sizeof(int)..], (prefix.Length + restLength) * 8);
        numbers[Count++] = number;
    }

    /// <summary>Hashes what was added and hands over numbers and places; a new collection begins.</summary>
    public ReadOnlySpan<int> Compute(out ReadOnlySpan<double> hashes)
    {
        if (LaneSha1.IsSupported && Count > 1)
        {
            // Lanes without a text hash what they were left with, which costs nothing and is looked at by nobody.
            LaneSha1.Compute(texts, places);
        }
        else
        {
            for (var lane = 0; lane < Count; lane++)
            {
                places[lane] = ScalarSha1.Compute(texts.AsSpan(lane * stride, stride));
            }
        }

        var count = Count;
        Count = 0;
        hashes = places.AsSpan(0, count);
        return numbers.AsSpan(0, count);
    }
}
