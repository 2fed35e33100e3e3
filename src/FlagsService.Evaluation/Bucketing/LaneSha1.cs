using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FlagsService.Evaluation.Bucketing;

/// <summary>SHA-1 of eight texts at a time, one in each lane of a vector. The framework's SHA-1 costs more for its call than for its work.</summary>
internal static class LaneSha1
{
    /// <summary>Texts hashed together.</summary>
    public const int Lanes = 8;

    private const int WindowWords = 16;

    /// <summary>Whether this processor has the instructions.</summary>
    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>The places of eight texts, each padded to the same number of blocks, one text after another.</summary>
    public static void Compute(ReadOnlySpan<byte> texts, Span<double> places)
    {
        var stride = texts.Length / Lanes;
        var state = new State(
            Vector256.Create(Sha1Start.A), Vector256.Create(Sha1Start.B), Vector256.Create(Sha1Start.C), Vector256.Create(Sha1Start.D), Vector256.Create(Sha1Start.E));
        Span<Vector256<uint>> window = stackalloc Vector256<uint>[WindowWords];
        for (var block = 0; block < stride; block += Sha1Start.BlockBytes)
        {
            Transpose(texts[block..], stride, window);
            Transpose(texts[(block + (Sha1Start.BlockBytes / 2))..], stride, window[Lanes..]);
            var next = state;
            Twenty<Sha1Mixing.Choice>(ref next, window, 0);
            Twenty<Sha1Mixing.FirstParity>(ref next, window, 4);
            Twenty<Sha1Mixing.Majority>(ref next, window, 8);
            Twenty<Sha1Mixing.SecondParity>(ref next, window, 12);
            state = new State(state.A + next.A, state.B + next.B, state.C + next.C, state.D + next.D, state.E + next.E);
        }

        for (var lane = 0; lane < Lanes; lane++)
        {
            places[lane] = BucketingHash.FromDigest(((ulong)state.A.GetElement(lane) << 32) | state.B.GetElement(lane));
        }
    }

    // Eight words of each text become eight vectors, each with the same word of all texts.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(ReadOnlySpan<byte> texts, int stride, Span<Vector256<uint>> words)
    {
        var (r0, r1, r2, r3) = (Row(texts, 0, stride), Row(texts, 1, stride), Row(texts, 2, stride), Row(texts, 3, stride));
        var (r4, r5, r6, r7) = (Row(texts, 4, stride), Row(texts, 5, stride), Row(texts, 6, stride), Row(texts, 7, stride));
        var (p0, p1, p2, p3) = (Avx2.UnpackLow(r0, r1), Avx2.UnpackHigh(r0, r1), Avx2.UnpackLow(r2, r3), Avx2.UnpackHigh(r2, r3));
        var (p4, p5, p6, p7) = (Avx2.UnpackLow(r4, r5), Avx2.UnpackHigh(r4, r5), Avx2.UnpackLow(r6, r7), Avx2.UnpackHigh(r6, r7));
        var (q0, q1) = (Low(p0, p2), High(p0, p2));
        var (q2, q3) = (Low(p1, p3), High(p1, p3));
        var (q4, q5) = (Low(p4, p6), High(p4, p6));
        var (q6, q7) = (Low(p5, p7), High(p5, p7));
        words[7] = Avx2.Permute2x128(q3, q7, 0x31);
        words[0] = Avx2.Permute2x128(q0, q4, 0x20);
        words[1] = Avx2.Permute2x128(q1, q5, 0x20);
        words[2] = Avx2.Permute2x128(q2, q6, 0x20);
        words[3] = Avx2.Permute2x128(q3, q7, 0x20);
        words[4] = Avx2.Permute2x128(q0, q4, 0x31);
        words[5] = Avx2.Permute2x128(q1, q5, 0x31);
        words[6] = Avx2.Permute2x128(q2, q6, 0x31);
    }

    // Texts are read as big-endian words.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Row(ReadOnlySpan<byte> texts, int lane, int stride) => Avx2.Shuffle(
        Vector256.Create(texts.Slice(lane * stride, Vector256<byte>.Count)),
        Vector256.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Low(Vector256<uint> first, Vector256<uint> second) => Avx2.UnpackLow(first.AsUInt64(), second.AsUInt64()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> High(Vector256<uint> first, Vector256<uint> second) => Avx2.UnpackHigh(first.AsUInt64(), second.AsUInt64()).AsUInt32();

    // Written out, so that the sixteen words stay in registers. Each sum ends with what is known last: the rotation of the state before.
    private static void Twenty<TMixing>(ref State state, Span<Vector256<uint>> window, int first)
        where TMixing : ISha1Mixing
    {
        var (a, b, c, d, e) = state;
        var constant = Vector256.Create(TMixing.Constant);
        var w0 = window[(first + 0) & 15];
        var w1 = window[(first + 1) & 15];
        var w2 = window[(first + 2) & 15];
        var w3 = window[(first + 3) & 15];
        var w4 = window[(first + 4) & 15];
        var w5 = window[(first + 5) & 15];
        var w6 = window[(first + 6) & 15];
        var w7 = window[(first + 7) & 15];
        var w8 = window[(first + 8) & 15];
        var w9 = window[(first + 9) & 15];
        var w10 = window[(first + 10) & 15];
        var w11 = window[(first + 11) & 15];
        var w12 = window[(first + 12) & 15];
        var w13 = window[(first + 13) & 15];
        var w14 = window[(first + 14) & 15];
        var w15 = window[(first + 15) & 15];

        e = e + (w0 + constant) + TMixing.Mix(b, c, d) + RotateLeft(a, 5);
        b = RotateLeft(b, 30);
        w0 = Expand(w0, w2, w8, w13);
        d = d + (w1 + constant) + TMixing.Mix(a, b, c) + RotateLeft(e, 5);
        a = RotateLeft(a, 30);
        w1 = Expand(w1, w3, w9, w14);
        c = c + (w2 + constant) + TMixing.Mix(e, a, b) + RotateLeft(d, 5);
        e = RotateLeft(e, 30);
        w2 = Expand(w2, w4, w10, w15);
        b = b + (w3 + constant) + TMixing.Mix(d, e, a) + RotateLeft(c, 5);
        d = RotateLeft(d, 30);
        w3 = Expand(w3, w5, w11, w0);
        a = a + (w4 + constant) + TMixing.Mix(c, d, e) + RotateLeft(b, 5);
        c = RotateLeft(c, 30);
        w4 = Expand(w4, w6, w12, w1);
        e = e + (w5 + constant) + TMixing.Mix(b, c, d) + RotateLeft(a, 5);
        b = RotateLeft(b, 30);
        w5 = Expand(w5, w7, w13, w2);
        d = d + (w6 + constant) + TMixing.Mix(a, b, c) + RotateLeft(e, 5);
        a = RotateLeft(a, 30);
        w6 = Expand(w6, w8, w14, w3);
        c = c + (w7 + constant) + TMixing.Mix(e, a, b) + RotateLeft(d, 5);
        e = RotateLeft(e, 30);
        w7 = Expand(w7, w9, w15, w4);
        b = b + (w8 + constant) + TMixing.Mix(d, e, a) + RotateLeft(c, 5);
        d = RotateLeft(d, 30);
        w8 = Expand(w8, w10, w0, w5);
        a = a + (w9 + constant) + TMixing.Mix(c, d, e) + RotateLeft(b, 5);
        c = RotateLeft(c, 30);
        w9 = Expand(w9, w11, w1, w6);
        e = e + (w10 + constant) + TMixing.Mix(b, c, d) + RotateLeft(a, 5);
        b = RotateLeft(b, 30);
        w10 = Expand(w10, w12, w2, w7);
        d = d + (w11 + constant) + TMixing.Mix(a, b, c) + RotateLeft(e, 5);
        a = RotateLeft(a, 30);
        w11 = Expand(w11, w13, w3, w8);
        c = c + (w12 + constant) + TMixing.Mix(e, a, b) + RotateLeft(d, 5);
        e = RotateLeft(e, 30);
        w12 = Expand(w12, w14, w4, w9);
        b = b + (w13 + constant) + TMixing.Mix(d, e, a) + RotateLeft(c, 5);
        d = RotateLeft(d, 30);
        w13 = Expand(w13, w15, w5, w10);
        a = a + (w14 + constant) + TMixing.Mix(c, d, e) + RotateLeft(b, 5);
        c = RotateLeft(c, 30);
        w14 = Expand(w14, w0, w6, w11);
        e = e + (w15 + constant) + TMixing.Mix(b, c, d) + RotateLeft(a, 5);
        b = RotateLeft(b, 30);
        w15 = Expand(w15, w1, w7, w12);
        d = d + (w0 + constant) + TMixing.Mix(a, b, c) + RotateLeft(e, 5);
        a = RotateLeft(a, 30);
        w0 = Expand(w0, w2, w8, w13);
        c = c + (w1 + constant) + TMixing.Mix(e, a, b) + RotateLeft(d, 5);
        e = RotateLeft(e, 30);
        w1 = Expand(w1, w3, w9, w14);
        b = b + (w2 + constant) + TMixing.Mix(d, e, a) + RotateLeft(c, 5);
        d = RotateLeft(d, 30);
        w2 = Expand(w2, w4, w10, w15);
        a = a + (w3 + constant) + TMixing.Mix(c, d, e) + RotateLeft(b, 5);
        c = RotateLeft(c, 30);
        w3 = Expand(w3, w5, w11, w0);

        state = new State(a, b, c, d, e);
        window[(first + 0) & 15] = w0;
        window[(first + 1) & 15] = w1;
        window[(first + 2) & 15] = w2;
        window[(first + 3) & 15] = w3;
        window[(first + 4) & 15] = w4;
        window[(first + 5) & 15] = w5;
        window[(first + 6) & 15] = w6;
        window[(first + 7) & 15] = w7;
        window[(first + 8) & 15] = w8;
        window[(first + 9) & 15] = w9;
        window[(first + 10) & 15] = w10;
        window[(first + 11) & 15] = w11;
        window[(first + 12) & 15] = w12;
        window[(first + 13) & 15] = w13;
        window[(first + 14) & 15] = w14;
        window[(first + 15) & 15] = w15;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Expand(Vector256<uint> w0, Vector256<uint> w2, Vector256<uint> w8, Vector256<uint> w13) =>
        RotateLeft(Sha1Mixing.FirstParity.Mix(w2, w8, w0) ^ w13, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> RotateLeft(Vector256<uint> value, [ConstantExpected] byte bits) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateLeft(value, bits) : (value << bits) | (value >>> (32 - bits));

    private readonly record struct State(Vector256<uint> A, Vector256<uint> B, Vector256<uint> C, Vector256<uint> D, Vector256<uint> E);
}
