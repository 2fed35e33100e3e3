using System.Threading.Channels;
using FlagsService.HyperCache.Memory;

namespace FlagsService.HyperCache.Tokens;

/// <summary>Takes note of keys that were accepted, for somebody who stamps their rows behind the requests' backs.</summary>
public sealed class KeyUses(TimeProvider time)
{
    private const int Remembered = 100_000;
    private const int Waiting = 10_000;

    // Long enough that a busy key costs a look at memory, short enough that a stamp missed in a moment of trouble is made soon after it.
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);
    private readonly BoundedCache<KeyUse, bool> noted = new(Remembered, time);
    private readonly Channel<KeyUse> uses = Channel.CreateBounded<KeyUse>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Notes an accepted credential, without I/O. A team's own secret and a public token, which has no record, are passed over.</summary>
    public void Note(AuthRecord? credential)
    {
        if (credential is not { KeyId: { } id, Kind: AuthRecordKind.Personal or AuthRecordKind.ProjectSecret } || noted.ContainsFresh(new(credential.Kind, id)))
        {
            return;
        }

        var use = new KeyUse(credential.Kind, id);
        noted.Set(use, true, Quiet);
        uses.Writer.TryWrite(use);
    }

    /// <summary>Uses as they come, each key at most once a minute. For one reader.</summary>
    public IAsyncEnumerable<KeyUse> ReadAllAsync(CancellationToken cancellationToken) => uses.Reader.ReadAllAsync(cancellationToken);
}
