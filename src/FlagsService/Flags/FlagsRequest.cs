using System.Buffers;
using FlagsService.Evaluation;

namespace FlagsService.Flags;

/// <summary>One decoded request body. Pooled: the members are slices of buffers that the request owns until <see cref="Reset"/>.</summary>
internal sealed class FlagsRequest
{
    private readonly List<byte[]> rented = [];

    /// <summary>The token, trimmed by the directory; null when absent or no text.</summary>
    internal string? Token { get; set; }

    /// <summary>The body was JSON as it came, neither packed nor encoded.</summary>
    internal bool IsPlain { get; set; }

    internal bool HasDistinctId { get; set; }

    internal bool DisableFlags { get; set; }

    /// <summary>Runtime that the caller states; null when it does not.</summary>
    internal RequestRuntime? StatedRuntime { get; set; }

    /// <summary>The decoded JSON, for the body log of teams that asked for it.</summary>
    internal ReadOnlyMemory<byte> Body { get; set; }

    /// <summary>What the evaluator is given.</summary>
    internal EvaluationRequest Evaluation { get; } = new();

    /// <summary>A buffer that lives as long as the request.</summary>
    internal byte[] Rent(int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(256, length));
        rented.Add(buffer);
        return buffer;
    }

    /// <summary>Swaps a buffer that has become too small for a larger one with the same start.</summary>
    internal byte[] Grow(byte[] buffer, int used)
    {
        var larger = Rent(buffer.Length * 2);
        buffer.AsSpan(0, used).CopyTo(larger);
        return larger;
    }

    internal void Reset()
    {
        foreach (var buffer in rented)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        rented.Clear();
        Token = null;
        HasDistinctId = DisableFlags = IsPlain = false;
        StatedRuntime = null;
        Body = default;
        Evaluation.Reset();
    }
}
