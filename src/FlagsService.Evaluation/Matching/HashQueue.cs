using FlagsService.Evaluation.Bucketing;
using FlagsService.Evaluation.Compilation;

namespace FlagsService.Evaluation.Matching;

/// <summary>Flags of one stage that wait for a hash with the same salt.</summary>
internal sealed class HashQueue(Identifiers identifiers, byte[] salt)
{
    private const byte EndMark = 0x80;

    // Short keys and ids make one block, long keys or uuids two.
    private readonly HashLanes small = new(blocks: 1);
    private readonly HashLanes large = new(blocks: 2);
    private readonly byte[] rest = new byte[2 * Sha1Start.BlockBytes];
    private int[] waiting = [];
    private int[] taken = [];
    private int takenCount;

    public int Count { get; private set; }

    /// <summary>Queues a flag by its place in the stage.</summary>
    public void Add(int place)
    {
        if (Count == waiting.Length)
        {
            Array.Resize(ref waiting, Math.Max(64, waiting.Length * 2));
        }

        waiting[Count++] = place;
    }

    /// <summary>Computes the hashes of all that wait, hands over their places and starts a new queue. An empty identifier is in first place everywhere, without being hashed.</summary>
    public ReadOnlySpan<int> Compute(CompiledFlag[] stage, FlagProgress[] progresses)
    {
        (waiting, taken) = (taken, waiting);
        (takenCount, Count) = (Count, 0);
        var places = taken.AsSpan(0, takenCount);
        var identifier = Identifiers.Unknown;
        ReadOnlySpan<byte> text = default;
        foreach (var place in places)
        {
            ref var progress = ref progresses[place];
            var flag = stage[place];
            if (progress.Identifier != identifier || identifier == Identifiers.OfFlag)
            {
                identifier = progress.Identifier;
                text = identifiers.Text(flag, identifier).Span;
                SetRest(text);
            }

            var length = flag.HashPrefix.Length + text.Length + salt.Length;
            if (text.IsEmpty)
            {
                progress.Hash = 0;
            }
            else if (length > large.MaxBytes)
            {
                progress.Hash = BucketingHash.Compute(flag.HashPrefix.Text, text, salt);
            }
            else
            {
                var lanes = length <= small.MaxBytes ? small : large;
                lanes.Add(place, flag.HashPrefix, rest, text.Length + salt.Length);
                if (lanes.IsFull)
                {
                    Finish(lanes, progresses);
                }
            }
        }

        Finish(small, progresses);
        Finish(large, progresses);
        return places;
    }

    public void Clear() => Count = 0;

    private static void Finish(HashLanes lanes, FlagProgress[] progresses)
    {
        var places = lanes.Compute(out var hashes);
        for (var i = 0; i < places.Length; i++)
        {
            progresses[places[i]].Hash = hashes[i];
        }
    }

    // What follows the key is the same for all flags of an identifier, so it is put together once.
    private void SetRest(ReadOnlySpan<byte> text)
    {
        if (text.Length + salt.Length > large.MaxBytes)
        {
            return;
        }

        rest.AsSpan().Clear();
        text.CopyTo(rest);
        salt.CopyTo(rest.AsSpan(text.Length));
        rest[text.Length + salt.Length] = EndMark;
    }
}
