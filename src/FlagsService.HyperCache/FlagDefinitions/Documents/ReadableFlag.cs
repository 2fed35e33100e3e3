using FlagsService.Evaluation.Definitions;

namespace FlagsService.HyperCache.FlagDefinitions.Documents;

/// <summary>A flag that SDKs are told of, with its filters parsed.</summary>
internal sealed record ReadableFlag(FlagRow Row, FlagFilters Filters)
{
    /// <summary>The flags of a team by key: inactive ones too, but no survey flags, none with encrypted payloads, and none whose filters this service cannot read itself.</summary>
    internal static IReadOnlyList<ReadableFlag> ReadAll(TeamDefinitions definitions)
    {
        var flags = new List<ReadableFlag>();
        foreach (var row in definitions.Flags)
        {
            if (row is { Deleted: false, HasEncryptedPayloads: false } && !definitions.SurveyFlagIds.Contains(row.Id) && FlagFilters.Parse(row.FiltersJson, out _) is { IsSupportedVersion: true } filters)
            {
                flags.Add(new ReadableFlag(row, filters));
            }
        }

        flags.Sort(static (a, b) => string.CompareOrdinal(a.Row.Key, b.Row.Key));
        return flags;
    }
}
