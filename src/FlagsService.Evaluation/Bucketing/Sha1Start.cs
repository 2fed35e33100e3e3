namespace FlagsService.Evaluation.Bucketing;

/// <summary>SHA-1's measures, and the state that every hash begins with.</summary>
internal static class Sha1Start
{
    public const int BlockBytes = 64;

    /// <summary>The mark of the end and the length, which follow every text.</summary>
    public const int EndBytes = 9;

    public const uint A = 0x67452301;
    public const uint B = 0xEFCDAB89;
    public const uint C = 0x98BADCFE;
    public const uint D = 0x10325476;
    public const uint E = 0xC3D2E1F0;
}
