using System.Text.Json;

namespace FlagsService.Evaluation.Definitions;

/// <summary>The definition of a dynamic cohort, parsed.</summary>
/// <param name="Root">The tree; null when the definition is empty or could not be read, and then nobody is a member.</param>
/// <param name="IsReadable">False when the definition has a shape that no reader understands: flags that target the cohort fail instead of missing.</param>
/// <param name="Problem">What is wrong, in words; null when all is well.</param>
public sealed record CohortTree(CohortNode? Root, bool IsReadable, string? Problem)
{
    private static readonly CohortTree Empty = new(null, true, null);

    /// <summary>Parses the definition of a cohort: <c>filters</c>, or the older <c>groups</c> where that is null. Never throws. Static cohorts have no members by definition.</summary>
    public static CohortTree Parse(CohortRow row)
    {
        if (row.IsStatic)
        {
            return Empty;
        }

        if (row.FiltersJson is { } filters)
        {
            if (StoredJson.Parse(filters.Span, out var document) is { } fault)
            {
                return Faulty("filters", fault);
            }

            if (document.ValueKind != JsonValueKind.Null)
            {
                return FromFilters(document);
            }
        }

        if (row.GroupsJson is not { } groups)
        {
            return Empty;
        }

        if (StoredJson.Parse(groups.Span, out var list) is { } broken)
        {
            return Faulty("groups", broken);
        }

        var reader = new CohortTreeReader();
        return Result(reader, reader.ReadLegacyGroups(list));
    }

    private static CohortTree FromFilters(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object)
        {
            return new CohortTree(null, false, "filters must be an object");
        }

        if (!document.TryGetProperty("properties", out var properties) || properties.ValueKind == JsonValueKind.Null)
        {
            return Empty;
        }

        if (properties.ValueKind == JsonValueKind.Object && (!properties.TryGetProperty("values", out var values) || values.ValueKind == JsonValueKind.Null))
        {
            return Empty;
        }

        var reader = new CohortTreeReader();
        return Result(reader, reader.ReadNode(properties, "filters.properties", 1));
    }

    private static CohortTree Result(CohortTreeReader reader, CohortNode? root) =>
        reader.Problem is { } problem ? new CohortTree(null, false, problem) : new CohortTree(root, true, null);

    // A document nested too deep is a cohort without members; any other broken text is one that nobody understands.
    private static CohortTree Faulty(string column, StoredJsonFault fault) => new(null, fault.TooDeep, $"{column}: {fault.Reason}");
}
