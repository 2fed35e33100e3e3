using System.Runtime.Intrinsics;

namespace FlagsService.Evaluation.Bucketing;

/// <summary>What is peculiar to twenty of SHA-1's eighty rounds.</summary>
internal interface ISha1Mixing
{
    static abstract uint Constant { get; }

    static abstract uint Mix(uint b, uint c, uint d);

    /// <summary>The same in every lane; one instruction where the processor has it for any function of three bits.</summary>
    static abstract Vector256<uint> Mix(Vector256<uint> b, Vector256<uint> c, Vector256<uint> d);
}
