using FlagsService.Evaluation.Bucketing;

namespace FlagsService.Evaluation.Matching;

/// <summary>Flags of one stage that wait for a hash with the same salt.</summary>
internal sealed class HashQueue(Identifiers identifiers, byte[] salt)
{
    private readonly LaneHasher hasher = new();
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
        Span<int> loaded = stackalloc int[LaneHasher.Lanes];
        var lanes = 0;
        for (var i = 0; i < Count; i++)
        {
            ref var progress = ref waiting[i];
            var prefix = progress.Flag.HashPrefix;
            var text = identifiers.Text(progress.Flag, progress.Identifier).Span;
            if (text.IsEmpty)
            {
                progress.Hash = 0;
            }
            else if (!LaneHasher.Fits(prefix.Length + text.Length + salt.Length))
            {
                progress.Hash = BucketingHash.Compute(prefix, text, salt);
            }
            else
            {
                hasher.Load(lanes, prefix, text, salt);
                loaded[lanes++] = i;
                if (lanes == LaneHasher.Lanes)
                {
                    Unload(loaded);
                    lanes = 0;
                }
            }
        }

        Unload(loaded[..lanes]);
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

    private void Unload(ReadOnlySpan<int> loaded)
    {
        if (loaded.IsEmpty)
        {
            return;
        }

        Span<double> hashes = stackalloc double[LaneHasher.Lanes];
        hasher.Compute(hashes);
        for (var lane = 0; lane < loaded.Length; lane++)
        {
            waiting[loaded[lane]].Hash = hashes[lane];
        }
    }
}
