using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FlagsService.Evaluation.Bucketing;

/// <summary>Eight bucketing hashes at a time, one in each lane of a vector. The framework's SHA-1 costs more for its call than for its work, and hashes are most of what a request costs.</summary>
internal sealed class LaneHasher
{
    /// <summary>Hashes computed together.</summary>
    public const int Lanes = 8;

    // One block holds this much, next to the end mark and the length.
    private const int MaxBytes = 55;
    private const int Words = 16;
    private const int Rounds = 80;

    private const uint H0 = 0x67452301;
    private const uint H1 = 0xEFCDAB89;
    private const uint H2 = 0x98BADCFE;
    private const uint H3 = 0x10325476;
    private const uint H4 = 0xC3D2E1F0;

    private readonly uint[] words = new uint[Words * Lanes];
    private readonly int[] written = new int[Lanes];
    private readonly Vector256<uint>[] expanded = new Vector256<uint>[Rounds];

    private interface IMixing
    {
        static abstract uint Constant { get; }

        static abstract Vector256<uint> Mix(Vector256<uint> b, Vector256<uint> c, Vector256<uint> d);
    }

    /// <summary>Whether a text of this length can be hashed in a lane, here.</summary>
    public static bool Fits(int bytes) => Vector256.IsHardwareAccelerated && bytes <= MaxBytes;

    /// <summary>Puts a text that fits into a lane.</summary>
    public void Load(int lane, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> identifier, ReadOnlySpan<byte> salt)
    {
        Span<byte> block = stackalloc byte[Words * sizeof(uint)];
        block.Clear();
        prefix.CopyTo(block);
        identifier.CopyTo(block[prefix.Length..]);
        salt.CopyTo(block[(prefix.Length + identifier.Length)..]);
        var length = prefix.Length + identifier.Length + salt.Length;
        block[length] = 0x80;
        var source = MemoryMarshal.Cast<byte, uint>(block);
        var end = (length / sizeof(uint)) + 1;
        for (var i = 0; i < end; i++)
        {
            words[(i * Lanes) + lane] = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(source[i]) : source[i];
        }

        // Most texts of a request are about as long as the one before, so little is left to wipe.
        for (var i = end; i < written[lane]; i++)
        {
            words[(i * Lanes) + lane] = 0;
        }

        written[lane] = end;
        words[((Words - 1) * Lanes) + lane] = (uint)(length * 8);
    }

    /// <summary>Hashes all lanes; what was not loaded gives something without meaning.</summary>
    public void Compute(Span<double> hashes)
    {
        Span<Vector256<uint>> schedule = expanded;
        for (var i = 0; i < Words; i++)
        {
            schedule[i] = Vector256.Create<uint>(words.AsSpan(i * Lanes, Lanes));
        }

        for (var i = Words; i < Rounds; i++)
        {
            schedule[i] = RotateLeft(schedule[i - 3] ^ schedule[i - 8] ^ schedule[i - 14] ^ schedule[i - 16], 1);
        }

        var state = new State(Vector256.Create(H0), Vector256.Create(H1), Vector256.Create(H2), Vector256.Create(H3), Vector256.Create(H4));
        state = Twenty<Choice>(state, schedule[..20]);
        state = Twenty<FirstParity>(state, schedule[20..40]);
        state = Twenty<Majority>(state, schedule[40..60]);
        state = Twenty<SecondParity>(state, schedule[60..]);
        var high = state.A + Vector256.Create(H0);
        var low = state.B + Vector256.Create(H1);
        for (var lane = 0; lane < Lanes; lane++)
        {
            hashes[lane] = BucketingHash.FromDigest(((ulong)high.GetElement(lane) << 32) | low.GetElement(lane));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static State Twenty<TMixing>(State state, ReadOnlySpan<Vector256<uint>> schedule)
        where TMixing : IMixing
    {
        var (a, b, c, d, e) = state;
        var constant = Vector256.Create(TMixing.Constant);
        for (var i = 0; i + 4 < schedule.Length; i += 5)
        {
            e += RotateLeft(a, 5) + TMixing.Mix(b, c, d) + schedule[i] + constant;
            b = RotateLeft(b, 30);
            d += RotateLeft(e, 5) + TMixing.Mix(a, b, c) + schedule[i + 1] + constant;
            a = RotateLeft(a, 30);
            c += RotateLeft(d, 5) + TMixing.Mix(e, a, b) + schedule[i + 2] + constant;
            e = RotateLeft(e, 30);
            b += RotateLeft(c, 5) + TMixing.Mix(d, e, a) + schedule[i + 3] + constant;
            d = RotateLeft(d, 30);
            a += RotateLeft(b, 5) + TMixing.Mix(c, d, e) + schedule[i + 4] + constant;
            c = RotateLeft(c, 30);
        }

        return new State(a, b, c, d, e);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> RotateLeft(Vector256<uint> value, [ConstantExpected] byte bits) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateLeft(value, bits) : (value << bits) | (value >>> (32 - bits));

    private readonly record struct State(Vector256<uint> A, Vector256<uint> B, Vector256<uint> C, Vector256<uint> D, Vector256<uint> E);

    private readonly struct Choice : IMixing
    {
        public static uint Constant => 0x5A827999;

        public static Vector256<uint> Mix(Vector256<uint> b, Vector256<uint> c, Vector256<uint> d) => d ^ (b & (c ^ d));
    }

    private readonly struct FirstParity : IMixing
    {
        public static uint Constant => 0x6ED9EBA1;

        public static Vector256<uint> Mix(Vector256<uint> b, Vector256<uint> c, Vector256<uint> d) => b ^ c ^ d;
    }

    private readonly struct Majority : IMixing
    {
        public static uint Constant => 0x8F1BBCDC;

        public static Vector256<uint> Mix(Vector256<uint> b, Vector256<uint> c, Vector256<uint> d) => (b & c) | (d & (b | c));
    }

    private readonly struct SecondParity : IMixing
    {
        public static uint Constant => 0xCA62C1D6;

        public static Vector256<uint> Mix(Vector256<uint> b, Vector256<uint> c, Vector256<uint> d) => b ^ c ^ d;
    }
}
