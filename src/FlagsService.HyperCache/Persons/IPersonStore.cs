using FlagsService.Evaluation.Lookups;

namespace FlagsService.HyperCache.Persons;

/// <summary>Answers a request's <see cref="LookupPlan"/> in one round trip: person, static cohorts, groups and hash-key overrides together.</summary>
public interface IPersonStore
{
    /// <summary>Reads what the plan names; writes missing hash-key overrides in one more transaction where the plan allows and the rows ask for it. Never throws for trouble of the store: failures are part of the result.</summary>
    ValueTask<LookupResult> FetchAsync(int teamId, LookupPlan plan, CancellationToken cancellationToken);
}
