namespace FlagsService.Evaluation.Matching;

/// <summary>Memory of one request, handed out in pieces and taken back all at once.</summary>
/// <remarks>A piece stays valid when the buffer is replaced by a larger one: the old array lives as long as somebody looks at it.</remarks>
internal sealed class ScratchBytes
{
    private const int KeptBytes = 64 * 1024;

    private byte[] buffer = new byte[4096];
    private int used;

    public Memory<byte> Take(int length)
    {
        if (length > buffer.Length - used)
        {
            buffer = new byte[Math.Max(length, Math.Min(buffer.Length * 2, 1 << 20))];
            used = 0;
        }

        var piece = buffer.AsMemory(used, length);
        used += length;
        return piece;
    }

    /// <summary>Gives back the unused end of the piece taken last.</summary>
    public Memory<byte> Trim(Memory<byte> last, int length)
    {
        used -= last.Length - length;
        return last[..length];
    }

    public void Clear()
    {
        used = 0;
        if (buffer.Length > KeptBytes)
        {
            buffer = new byte[KeptBytes];
        }
    }
}
