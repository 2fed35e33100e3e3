using System.Text.Json;
using FlagsService.Evaluation.Definitions;
using FlagsService.Evaluation.Results;

namespace FlagsService.HyperCache.FlagDefinitions.Documents;

/// <summary>Writes one flag. What SDKs cannot express is left out of its conditions, and the flag marked so that they ask the server for it.</summary>
internal sealed class FlagDefinitionWriter(Utf8JsonWriter writer, ListedCohorts cohorts, DependencyChains chains)
{
    internal void Write(ReadableFlag flag)
    {
        var row = flag.Row;
        writer.WriteStartObject();
        writer.WriteNumber("id"u8, row.Id);
        writer.WriteNumber("team_id"u8, row.TeamId);
        writer.WriteString("name"u8, row.Name);
        writer.WriteString("key"u8, row.Key);
        WriteFilters(flag.Filters);
        writer.WriteBoolean("deleted"u8, false);
        writer.WriteBoolean("active"u8, row.Active);
        writer.WriteBoolean("ensure_experience_continuity"u8, row.EnsureExperienceContinuity || !IsExpressible(flag.Filters));
        writer.WriteBoolean("has_encrypted_payloads"u8, false);
        writer.WriteNumber("version"u8, row.Version ?? 0);
        writer.WriteString("evaluation_runtime"u8, row.EvaluationRuntime);
        WriteTexts("evaluation_tags"u8, row.EvaluationContexts);
        WriteTexts("evaluation_contexts"u8, row.EvaluationContexts);
        writer.WriteString("bucketing_identifier"u8, row.BucketingIdentifier);
        writer.WriteBoolean("has_experiment"u8, row.HasExperiment);
        writer.WriteEndObject();
    }

    private bool IsExpressible(FlagFilters filters) => FilterValues.IsIndex(filters.AggregationGroupTypeIndex) && filters.Groups.All(group =>
        FilterValues.IsIndex(group.AggregationGroupTypeIndex) && group.Properties.All(filter =>
            IsExpressible(filter) && !(filter.Type == PropertyFilterType.Cohort && FilterValues.TryId(filter.Value, out var id) && cohorts.IsUnresolvable(id))));

    private static bool IsExpressible(PropertyFilter filter) => filter.Type switch
    {
        PropertyFilterType.Person or PropertyFilterType.Group => FilterValues.IsExpressible(filter.Value) && FilterValues.IsIndex(filter.GroupTypeIndex),
        PropertyFilterType.Cohort => FilterValues.TryId(filter.Value, out _),
        PropertyFilterType.Flag => filter.Value.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.String,
        _ => false,
    };

    private void WriteFilters(FlagFilters filters)
    {
        writer.WriteStartObject("filters"u8);
        writer.WriteStartArray("groups"u8);
        foreach (var group in filters.Groups)
        {
            WriteGroup(group);
        }

        writer.WriteEndArray();
        WriteVariants(filters.Variants);
        WritePayloads(filters.Payloads);
        WriteIndex(filters.AggregationGroupTypeIndex);
        if (filters.Holdout is { } holdout)
        {
            writer.WriteStartObject("holdout"u8);
            writer.WriteNumber("id"u8, holdout.Id);
            writer.WritePropertyName("exclusion_percentage"u8);
            FilterValues.WriteNumber(writer, holdout.ExclusionPercentage);
            writer.WriteEndObject();
        }

        if (filters.EarlyExit)
        {
            writer.WriteBoolean("early_exit"u8, true);
        }

        if (filters.FeatureEnrollment)
        {
            writer.WriteBoolean("feature_enrollment"u8, true);
        }

        writer.WriteEndObject();
    }

    private void WriteGroup(ConditionSet group)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("properties"u8);
        foreach (var filter in group.Properties.Where(IsExpressible))
        {
            WriteFilter(filter);
        }

        writer.WriteEndArray();
        writer.WritePropertyName("rollout_percentage"u8);
        if (group.RolloutPercentage is { } percentage)
        {
            FilterValues.WriteNumber(writer, percentage);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteString("variant"u8, group.Variant);
        if (group.StatesAggregation)
        {
            WriteIndex(group.AggregationGroupTypeIndex);
        }

        writer.WriteEndObject();
    }

    // Negation means something in cohort trees only; an SDK that honoured it here would disagree with the server.
    private void WriteFilter(PropertyFilter filter)
    {
        switch (filter.Type)
        {
            case PropertyFilterType.Cohort:
                FilterValues.WriteCohort(writer, filter.Value.GetInt64(), filter.Operator ?? PropertyOperator.In, negation: null);
                break;
            case PropertyFilterType.Flag:
                WriteDependency(filter);
                break;
            default:
                FilterValues.WriteProperty(writer, filter, negation: null);
                break;
        }
    }

    private void WriteDependency(PropertyFilter filter)
    {
        var (key, chain) = chains.Resolve(filter.Key);
        writer.WriteStartObject();
        writer.WriteString("key"u8, key);
        writer.WriteString("type"u8, "flag"u8);
        writer.WritePropertyName("value"u8);
        filter.Value.WriteTo(writer);
        writer.WriteString("operator"u8, (filter.Operator ?? PropertyOperator.FlagEvaluatesTo).ToWire());
        WriteTexts("dependency_chain"u8, chain);
        writer.WriteEndObject();
    }

    private void WriteVariants(IReadOnlyList<FlagVariant>? variants)
    {
        if (variants is null)
        {
            writer.WriteNull("multivariate"u8);
            return;
        }

        writer.WriteStartObject("multivariate"u8);
        writer.WriteStartArray("variants"u8);
        foreach (var variant in variants)
        {
            writer.WriteStartObject();
            writer.WriteString("key"u8, variant.Key);
            writer.WriteString("name"u8, variant.Name ?? "");
            writer.WritePropertyName("rollout_percentage"u8);
            FilterValues.WriteNumber(writer, variant.RolloutPercentage);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WritePayloads(JsonElement payloads)
    {
        writer.WriteStartObject("payloads"u8);
        if (payloads.ValueKind == JsonValueKind.Object)
        {
            foreach (var payload in payloads.EnumerateObject())
            {
                if (PayloadText.Render(payload.Value) is { } text)
                {
                    writer.WriteString(payload.Name, text);
                }
            }
        }

        writer.WriteEndObject();
    }

    private void WriteIndex(int? index)
    {
        if (index is { } number && FilterValues.IsIndex(number))
        {
            writer.WriteNumber("aggregation_group_type_index"u8, number);
        }
        else
        {
            writer.WriteNull("aggregation_group_type_index"u8);
        }
    }

    private void WriteTexts(ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
