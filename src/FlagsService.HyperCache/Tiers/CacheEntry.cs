namespace FlagsService.HyperCache.Tiers;

/// <summary>One shared document, or the knowledge that there is none.</summary>
/// <param name="Revision">Of the rows it was made of; an older one never overwrites a newer.</param>
/// <param name="Json">UTF-8 JSON; of an absence, empty.</param>
/// <param name="ETag">Kept beside the document where SDKs compare it; null for the others.</param>
public sealed record CacheEntry(long Revision, ReadOnlyMemory<byte> Json, string? ETag = null)
{
    /// <summary>Looked up, nothing there.</summary>
    public bool IsAbsence => Json.IsEmpty;

    /// <summary>The knowledge that a team, or the owner of a token, is gone.</summary>
    public static CacheEntry Absence(long revision) => new(revision, default);
}
