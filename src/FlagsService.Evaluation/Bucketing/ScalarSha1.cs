using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FlagsService.Evaluation.Bucketing;

/// <summary>SHA-1 of one padded text, where lanes are not to be had or not worth it.</summary>
internal static class ScalarSha1
{
    private const int Words = 16;
    private const int Rounds = 80;

    /// <summary>The place of a text that was padded to whole blocks.</summary>
    public static double Compute(ReadOnlySpan<byte> text)
    {
        var state = new State(Sha1Start.A, Sha1Start.B, Sha1Start.C, Sha1Start.D, Sha1Start.E);
        Span<uint> schedule = stackalloc uint[Rounds];
        for (; text.Length >= Sha1Start.BlockBytes; text = text[Sha1Start.BlockBytes..])
        {
            for (var i = 0; i < Words; i++)
            {
                schedule[i] = BinaryPrimitives.ReadUInt32BigEndian(text[(i * sizeof(uint))..]);
            }

            for (var i = Words; i < schedule.Length; i++)
            {
                schedule[i] = BitOperations.RotateLeft(schedule[i - 3] ^ schedule[i - 8] ^ schedule[i - 14] ^ schedule[i - 16], 1);
            }

            var next = Twenty<Sha1Mixing.Choice>(state, schedule[..20]);
            next = Twenty<Sha1Mixing.FirstParity>(next, schedule[20..40]);
            next = Twenty<Sha1Mixing.Majority>(next, schedule[40..60]);
            next = Twenty<Sha1Mixing.SecondParity>(next, schedule[60..]);
            state = new State(state.A + next.A, state.B + next.B, state.C + next.C, state.D + next.D, state.E + next.E);
        }

        return BucketingHash.FromDigest(((ulong)state.A << 32) | state.B);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static State Twenty<TMixing>(State state, ReadOnlySpan<uint> schedule)
        where TMixing : ISha1Mixing
    {
        var (a, b, c, d, e) = state;
        for (var i = 0; i + 4 < schedule.Length; i += 5)
        {
            e = e + (schedule[i] + TMixing.Constant) + TMixing.Mix(b, c, d) + BitOperations.RotateLeft(a, 5);
            b = BitOperations.RotateLeft(b, 30);
            d = d + (schedule[i + 1] + TMixing.Constant) + TMixing.Mix(a, b, c) + BitOperations.RotateLeft(e, 5);
            a = BitOperations.RotateLeft(a, 30);
            c = c + (schedule[i + 2] + TMixing.Constant) + TMixing.Mix(e, a, b) + BitOperations.RotateLeft(d, 5);
            e = BitOperations.RotateLeft(e, 30);
            b = b + (schedule[i + 3] + TMixing.Constant) + TMixing.Mix(d, e, a) + BitOperations.RotateLeft(c, 5);
            d = BitOperations.RotateLeft(d, 30);
            a = a + (schedule[i + 4] + TMixing.Constant) + TMixing.Mix(c, d, e) + BitOperations.RotateLeft(b, 5);
            c = BitOperations.RotateLeft(c, 30);
        }

        return new State(a, b, c, d, e);
    }

    private readonly record struct State(uint A, uint B, uint C, uint D, uint E);
}
