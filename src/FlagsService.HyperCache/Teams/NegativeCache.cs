using FlagsService.HyperCache.Memory;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.HyperCache.Teams;

/// <summary>Tokens that definitely belong to nobody, as digests, for a while. One for public tokens, another for secrets: neither ever meets the other.</summary>
internal sealed class NegativeCache(long capacity, TimeSpan age, TimeProvider time)
{
    private readonly BoundedCache<string, bool> digests = new(capacity, time, comparer: StringComparer.Ordinal);

    internal int Count => digests.Count;

    internal bool Contains(TokenDigest digest) => digests.ContainsFresh(digest.Text);

    internal void Add(TokenDigest digest) => digests.Set(digest.Text, true, age);

    internal void Clear() => digests.Clear();
}
