namespace FlagsService.Evaluation.Bucketing;

/// <summary>What every hash of a flag begins with, with zeros behind it to the length of a vector.</summary>
internal readonly struct HashPrefix
{
    /// <summary>Bytes there are at least.</summary>
    public const int PaddedBytes = 32;

    private readonly byte[] bytes;

    public HashPrefix(ReadOnlySpan<byte> text)
    {
        bytes = new byte[Math.Max(PaddedBytes, text.Length)];
        text.CopyTo(bytes);
        Length = text.Length;
    }

    public int Length { get; }

    public ReadOnlySpan<byte> Text => bytes.AsSpan(0, Length);

    public ReadOnlySpan<byte> Padded => bytes;
}
