using FlagsService.Evaluation.Lookups;
using FlagsService.Storage.Resilience;
using Npgsql;
using Polly;
using Polly.Retry;

namespace FlagsService.Storage.Sql;

/// <summary>Turns rows into the answer of a look-up and, where an identified person lacks hash keys, has the missing ones written: first writer wins, nothing is read again.</summary>
internal sealed class HashKeyWriter(TimeProvider time)
{
    internal delegate Task Write(int teamId, IReadOnlyList<(long PersonId, string FlagKey)> missing, string hashKey, CancellationToken cancellationToken);

    // A person merged or deleted between the read and the write breaks the foreign key.
    private readonly ResiliencePipeline retries = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = 2,
            Delay = TimeSpan.FromMilliseconds(100),
            MaxDelay = TimeSpan.FromMilliseconds(300),
            UseJitter = true,
            ShouldHandle = new PredicateBuilder().Handle<PostgresException>(exception => exception.SqlState == PostgresErrorCodes.ForeignKeyViolation),
        })
        .Build();

    internal async ValueTask<LookupResult> CompleteAsync(int teamId, LookupPlan plan, PersonRows rows, Write write, CancellationToken cancellationToken)
    {
        var result = new LookupResult { Person = rows.Person, StaticCohortIds = rows.StaticCohortIds, Groups = rows.Groups };
        if (!plan.NeedsHashKeyOverrides)
        {
            return result;
        }

        var overrides = Merge(rows);
        if (plan.MayWriteHashKeys && plan.AnonymousId is { } hashKey && Missing(plan, rows) is { Count: > 0 } missing)
        {
            try
            {
                await retries.ExecuteAsync(async token => await write(teamId, missing, hashKey, token), CancellationToken.None).AsTask().WaitAsync(cancellationToken);
            }
            catch (Exception exception) when (StoreTrouble.IsTrouble(exception))
            {
                return result with { HashKeyFailure = new LookupFailure("hash_key_override_error", "Failed to fetch hash key override for experience continuity") };
            }

            foreach (var (_, flagKey) in missing)
            {
                overrides.TryAdd(flagKey, hashKey);
            }
        }

        return result with { HashKeyOverrides = overrides };
    }

    private static Dictionary<string, string> Merge(PersonRows rows)
    {
        var merged = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (personId, flagKey, hashKey) in rows.Overrides)
        {
            if (rows.Owners[personId])
            {
                merged[flagKey] = hashKey;
            }
            else
            {
                merged.TryAdd(flagKey, hashKey);
            }
        }

        return merged;
    }

    private static List<(long PersonId, string FlagKey)> Missing(LookupPlan plan, PersonRows rows)
    {
        var present = rows.Overrides.Select(row => (row.PersonId, row.FlagKey)).ToHashSet();
        return [.. from person in rows.Owners.Keys from key in plan.ContinuityFlagKeys where !present.Contains((person, key)) select (person, key)];
    }
}
