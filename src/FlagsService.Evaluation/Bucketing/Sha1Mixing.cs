using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FlagsService.Evaluation.Bucketing;

/// <summary>The four functions of SHA-1, each for twenty rounds.</summary>
internal static class Sha1Mixing
{
    public readonly struct Choice : ISha1Mixing
    {
        public static uint Constant => 0x5A827999;

        public static uint Mix(uint b, uint c, uint d) => d ^ (b & (c ^ d));

        public static Vector256<uint> Mix(Vector256<uint> b, Vector256<uint> c, Vector256<uint> d) =>
            Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(b, c, d, 0xCA) : d ^ (b & (c ^ d));
    }

    public readonly struct FirstParity : ISha1Mixing
    {
        public static uint Constant => 0x6ED9EBA1;

        public static uint Mix(uint b, uint c, uint d) => b ^ c ^ d;

        public static Vector256<uint> Mix(Vector256<uint> b, Vector256<uint> c, Vector256<uint> d) =>
            Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(b, c, d, 0x96) : b ^ c ^ d;
    }

    public readonly struct Majority : ISha1Mixing
    {
        public static uint Constant => 0x8F1BBCDC;

        public static uint Mix(uint b, uint c, uint d) => (b & c) | (d & (b | c));

        public static Vector256<uint> Mix(Vector256<uint> b, Vector256<uint> c, Vector256<uint> d) =>
            Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(b, c, d, 0xE8) : (b & c) | (d & (b | c));
    }

    public readonly struct SecondParity : ISha1Mixing
    {
        public static uint Constant => 0xCA62C1D6;

        public static uint Mix(uint b, uint c, uint d) => b ^ c ^ d;

        public static Vector256<uint> Mix(Vector256<uint> b, Vector256<uint> c, Vector256<uint> d) =>
            Avx512F.VL.IsSupported ? Avx512F.VL.TernaryLogic(b, c, d, 0x96) : b ^ c ^ d;
    }
}
