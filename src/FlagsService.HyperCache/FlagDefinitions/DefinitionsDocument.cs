namespace FlagsService.HyperCache.FlagDefinitions;

/// <summary>What <c>GET /flags/definitions</c> sends, serialised once for each change.</summary>
/// <param name="TeamId">Team id.</param>
/// <param name="Revision">Revision of the rows it was made of.</param>
/// <param name="ETag">Opaque tag, 16 hex digits, without quotes.</param>
/// <param name="Json">UTF-8 JSON body.</param>
/// <param name="IsBillable">At least one flag counts as usage (not <c>survey-targeting-</c>, not <c>product-tour-targeting-</c>).</param>
public sealed record DefinitionsDocument(int TeamId, long Revision, string ETag, ReadOnlyMemory<byte> Json, bool IsBillable)
{
    /// <summary>The tag as sent: quoted and strong.</summary>
    public string QuotedETag { get; } = $"\"{ETag}\"";

    /// <summary>Tells the state of the rows it was made of; a copy that came from another server knows only the revision.</summary>
    internal long Fingerprint { get; init; } = Revision;
}
