using FlagsService.Evaluation.Bucketing;

namespace FlagsService.Evaluation.Matching;

/// <summary>Flags of one stage that wait for a hash with the same salt.</summary>
internal sealed class HashQueue(Identifiers identifiers, byte[] salt)
{
    private FlagProgress[] waiting = [];
    private FlagProgress[] taken = [];
    private int takenCount;

    public int Count { get; private set; }

    public void Add(in FlagProgress progress)
    {
        if (Count == waiting.Length)
        {
            Array.Resize(ref waiting, Math.Max(64, waiting.Length * 2));
        }

        waiting[Count++] = progress;
    }

    /// <summary>Computes the hashes of all that wait. An empty identifier is in first place everywhere, without being hashed.</summary>
    public void Compute()
    {
        for (var i = 0; i < Count; i++)
        {
            ref var progress = ref waiting[i];
            var text = identifiers.Text(progress.Flag, progress.Identifier).Span;
            progress.Hash = text.IsEmpty ? 0 : BucketingHash.Compute(progress.Flag.HashPrefix, text, salt);
        }
    }

    /// <summary>Hands over all that waited and starts a new queue.</summary>
    public Span<FlagProgress> TakeAll()
    {
        (waiting, taken) = (taken, waiting);
        (takenCount, Count) = (Count, 0);
        return taken.AsSpan(0, takenCount);
    }

    public void Clear()
    {
        Array.Clear(waiting);
        Array.Clear(taken);
        Count = 0;
    }
}
