using System.Globalization;
using System.Text;
using System.Text.Json;
using FlagsService.Evaluation.Bucketing;
using FlagsService.Evaluation.Definitions;

namespace FlagsService.Evaluation.Compilation;

/// <summary>Turns one parsed flag into its plan.</summary>
internal sealed class FlagCompiler(PropertyTable properties, PredicateTable predicates, CohortTable cohorts)
{
    public CompiledFlag Compile(FlagRow row, FlagFilters filters, int position)
    {
        var aggregation = filters.AggregationGroupTypeIndex is { } type ? properties.InternGroup(type) : -1;
        var variants = Variants(filters);
        var active = row.Active && !row.Deleted;
        CompiledCondition[] conditions = [.. filters.Groups.Select(set => Condition(set, aggregation, variants))];
        var usesDevice = string.Equals(row.BucketingIdentifier, "device_id", StringComparison.Ordinal);
        var eligible = row.EnsureExperienceContinuity && filters.AggregationGroupTypeIndex is null && !usesDevice && filters.IsSupportedVersion;
        var enrollment = filters.FeatureEnrollment ? properties.Intern(PropertyTable.Person, "$feature_enrollment/" + row.Key) : -1;
        var groups = conditions.SelectMany(GroupsOf).Append(aggregation).Where(ordinal => ordinal >= 0).Distinct().ToArray();
        return new CompiledFlag
        {
            Id = row.Id,
            Key = row.Key,
            IsActive = active,
            Version = row.Version ?? 0,
            HasExperiment = row.HasExperiment,
            HasContinuity = row.EnsureExperienceContinuity,
            UsesDeviceId = usesDevice,
            Position = position,
            HashPrefix = new HashPrefix(Encoding.UTF8.GetBytes(row.Key + ".")),
            Runtime = Runtime(row.EvaluationRuntime),
            Contexts = row.EvaluationContexts,
            IsUnsupported = !filters.IsSupportedVersion,
            Conditions = conditions,
            Variants = variants,
            Aggregation = aggregation,
            EarlyExit = filters.EarlyExit,
            EnrollmentSlot = enrollment,
            Holdout = filters.Holdout is { } holdout
                ? new CompiledHoldout(string.Create(CultureInfo.InvariantCulture, $"holdout-{holdout.Id}"), Math.Clamp(holdout.ExclusionPercentage, 0, 100))
                : null,
            Needs = Needs(conditions, enrollment, groups),
            MentionsGroups = groups.Length > 0,
            StartsWithConditions = !row.EnsureExperienceContinuity && enrollment < 0 && filters.Holdout is null && filters.IsSupportedVersion,
            IsContinuityEligible = eligible,
            NeedsHashKey = eligible && (conditions.Any(condition => condition.RolloutPercentage < 100) || (variants.Length > 0 && filters.Variants!.All(variant => variant.RolloutPercentage < 100))),
            Payloads = filters.Payloads,
            DependencyIds = [.. conditions.SelectMany(condition => condition.Dependencies).Select(test => test.TargetId).OfType<int>().Distinct()],
        };
    }

    private static RequestRuntime Runtime(string? stored) => stored switch
    {
        _ when string.Equals(stored, "client", StringComparison.OrdinalIgnoreCase) => RequestRuntime.Client,
        _ when string.Equals(stored, "server", StringComparison.OrdinalIgnoreCase) => RequestRuntime.Server,
        _ => RequestRuntime.All,
    };

    private static CompiledVariant[] Variants(FlagFilters filters)
    {
        var sum = 0.0;
        return [.. (filters.Variants ?? []).Select(variant => new CompiledVariant(variant.Key, sum += variant.RolloutPercentage / 100.0))];
    }

    private static IEnumerable<int> GroupsOf(CompiledCondition condition) =>
        condition.Predicates.Select(predicate => predicate.Source - PropertyTable.FirstGroup).Append(condition.Aggregation);

    private static PreparationNeeds Needs(CompiledCondition[] conditions, int enrollmentSlot, int[] groups)
    {
        var running = conditions.Where(condition => condition.RolloutPercentage > 0).ToArray();
        var asked = running.SelectMany(condition => condition.Predicates).ToArray();
        var needs = new PreparationNeeds
        {
            HasCohort = running.Any(condition => condition.Cohorts.Length > 0),
            HasMetadata = asked.Any(predicate => predicate.Source == PropertyTable.Metadata),
            PersonSlots = [.. asked.Where(predicate => predicate.Source == PropertyTable.Person).Select(predicate => predicate.Slot)
                .Concat(enrollmentSlot >= 0 ? [enrollmentSlot] : []).Distinct()],
            GroupSlots = [.. asked.Where(predicate => predicate.Source >= PropertyTable.FirstGroup).Select(predicate => (predicate.Source - PropertyTable.FirstGroup, predicate.Slot)).Distinct()],
            Groups = groups,
        };
        return needs.IsNothing ? PreparationNeeds.None : needs;
    }

    private static DependencyTest Dependency(PropertyFilter filter)
    {
        var id = !filter.Key.Contains('\0', StringComparison.Ordinal) && int.TryParse(filter.Key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed : (int?)null;
        var expected = filter.Operator is not PropertyOperator.FlagEvaluatesTo ? DependencyTest.Kind.Never : filter.Value.ValueKind switch
        {
            JsonValueKind.True => DependencyTest.Kind.On,
            JsonValueKind.False => DependencyTest.Kind.Off,
            JsonValueKind.String => DependencyTest.Kind.Variant,
            _ => DependencyTest.Kind.Never,
        };
        return new DependencyTest(id, expected, expected == DependencyTest.Kind.Variant ? filter.Value.GetString() : null);
    }

    private CompiledCondition Condition(ConditionSet set, int inherited, CompiledVariant[] variants)
    {
        var aggregation = !set.StatesAggregation ? inherited : set.AggregationGroupTypeIndex is { } type ? properties.InternGroup(type) : -1;
        CompiledFilter[] filters = [.. set.Properties.Select(filter => Filter(filter, aggregation))];
        var percentage = set.RolloutPercentage ?? 100;
        return new CompiledCondition
        {
            Source = set,
            Aggregation = aggregation,
            RolloutPercentage = percentage,
            Threshold = percentage / 100.0,
            ForcedVariant = set.Variant is null ? -1 : Array.FindIndex(variants, variant => string.Equals(variant.Key, set.Variant, StringComparison.Ordinal)),
            Filters = filters,
            Predicates = [.. filters.Select(filter => filter.Predicate).OfType<CompiledPredicate>()],
            Dependencies = [.. filters.Select(filter => filter.Dependency).OfType<DependencyTest>()],
            Cohorts = [.. filters.Select(filter => filter.Cohort).OfType<CohortTest>()],
            HasOnlyPredicates = Array.TrueForAll(filters, filter => filter.Predicate is not null),
        };
    }

    private CompiledFilter Filter(PropertyFilter filter, int aggregation)
    {
        switch (filter.Type)
        {
            case PropertyFilterType.Flag:
                return new CompiledFilter(filter, null, Dependency(filter), null);
            case PropertyFilterType.Cohort:
                return new CompiledFilter(filter, null, null, cohorts.Test(filter));
            case PropertyFilterType.Group:
                var ordinal = filter.GroupTypeIndex is { } type ? properties.InternGroup(type) : aggregation;
                return Property(filter, ordinal < 0 ? PropertyTable.Nowhere : PropertyTable.FirstGroup + ordinal);
            case PropertyFilterType.PersonMetadata:
                return Property(filter, PropertyTable.Metadata);
            default:
                return Property(filter, PropertyTable.Person);
        }
    }

    private CompiledFilter Property(PropertyFilter filter, int source) =>
        new(filter, predicates.Intern(source, filter.Key, filter.Operator ?? PropertyOperator.Exact, filter.Value), null, null);
}
