using FlagsService.Evaluation.Lookups;

namespace FlagsService.Storage.Sql;

/// <summary>What the one read of a request brought, before it is decided whether hash keys must be written.</summary>
internal sealed class PersonRows
{
    internal PersonRow? Person { get; set; }

    internal List<int> StaticCohortIds { get; } = [];

    internal List<GroupRow> Groups { get; } = [];

    /// <summary>Persons of the two ids; the one who owns the distinct id wins.</summary>
    internal Dictionary<long, bool> Owners { get; } = [];

    internal List<(long PersonId, string FlagKey, string HashKey)> Overrides { get; } = [];

    internal void AddOverride(LookupPlan plan, string distinctId, long personId, string? flagKey, string? hashKey)
    {
        var ownsDistinctId = string.Equals(distinctId, plan.DistinctId, StringComparison.Ordinal);
        Owners[personId] = ownsDistinctId || Owners.GetValueOrDefault(personId);
        if (flagKey is not null && hashKey is not null)
        {
            Overrides.Add((personId, flagKey, hashKey));
        }
    }
}
