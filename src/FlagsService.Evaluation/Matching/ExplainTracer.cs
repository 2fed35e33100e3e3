using System.Globalization;
using System.Text;
using System.Text.Json;
using FlagsService.Evaluation.Bucketing;
using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Definitions;
using FlagsService.Evaluation.Results;

namespace FlagsService.Evaluation.Matching;

/// <summary>Walks a second time over what a finished request compared, and writes it down. Only requests that ask for it pay.</summary>
internal sealed class ExplainTracer(RequestContext context, ConditionWalker walker, CohortMemberships memberships, Identifiers identifiers, DecidedFlags decided)
{
    private const int EnrollmentIndex = -1;
    private const int HoldoutIndex = -2;

    public Dictionary<string, IReadOnlyList<ConditionTrace>> Trace(ReadOnlySpan<FlagOutcome> outcomes)
    {
        var traces = new Dictionary<string, IReadOnlyList<ConditionTrace>>(StringComparer.Ordinal);
        foreach (var outcome in outcomes)
        {
            traces[outcome.Flag.Key] = Trace(outcome);
        }

        return traces;
    }

    private List<ConditionTrace> Trace(FlagOutcome outcome)
    {
        var traces = new List<ConditionTrace>();
        var flag = outcome.Flag;
        if (flag.IsMissingDependency || flag.IsUnsupported || outcome.Reason.Code.StartsWith("hash_key", StringComparison.Ordinal))
        {
            return traces;
        }

        if (flag.EnrollmentSlot >= 0)
        {
            traces.Add(Enrollment(flag, outcome));
            if (traces[^1].Matched)
            {
                return traces;
            }
        }

        if (flag.Holdout is { } holdout)
        {
            var isHeldOut = identifiers.IsHeldOut(flag);
            var explanation = isHeldOut ? "Held out" : "Not held out";
            traces.Add(new ConditionTrace(HoldoutIndex, [], holdout.Percentage, holdout.Variant, isHeldOut, true, !isHeldOut, explanation));
            if (isHeldOut)
            {
                return traces;
            }
        }

        for (var i = 0; i < flag.Conditions.Length; i++)
        {
            traces.Add(Condition(flag, i, outcome));
            if (traces[^1].Matched || (flag.EarlyExit && traces[^1].RolloutExcluded))
            {
                break;
            }
        }

        return traces;
    }

    private ConditionTrace Enrollment(CompiledFlag flag, FlagOutcome outcome)
    {
        var decides = context.Values.IsSet(flag.EnrollmentSlot);
        var explanation = !decides ? "No enrollment stored" : outcome.Enabled ? "Enrolled" : "Opted out";
        var property = new PropertyTrace(
            "$feature_enrollment/" + flag.Key, "exact", "true", "person", decides ? Json(flag.EnrollmentSlot) : null, decides && outcome.Enabled, explanation);
        return new ConditionTrace(EnrollmentIndex, [property], 100, null, decides, decides, false, explanation);
    }

    private ConditionTrace Condition(CompiledFlag flag, int index, FlagOutcome outcome)
    {
        var condition = flag.Conditions[index];
        if (condition.Aggregation >= 0 && !context.Groups[condition.Aggregation].HasKey)
        {
            return Create(index, condition, [], false, false, "Skipped: the request names no group of this type");
        }

        if (condition.Aggregation < 0 && flag.UsesDeviceId && context.DeviceId.IsEmpty)
        {
            return Create(index, condition, [], false, false, "Skipped: the request has no device id");
        }

        var properties = Properties(condition);
        if (!properties.TrueForAll(property => property.Matched))
        {
            return Create(index, condition, properties, false, false, "A filter does not match");
        }

        var isAdmitted = IsAdmitted(flag, condition, out var hash);
        var decides = isAdmitted && outcome.Reason.ConditionIndex == index;
        var explanation = condition.AdmitsAll ? "All filters match and everybody is admitted" : string.Create(
            CultureInfo.InvariantCulture, $"All filters match and the hash {hash} is {(isAdmitted ? "within" : "outside")} {condition.RolloutPercentage} percent");
        return Create(index, condition, properties, decides, true, explanation) with { RolloutExcluded = !isAdmitted };
    }

    private static ConditionTrace Create(int index, CompiledCondition condition, List<PropertyTrace> properties, bool matched, bool propertiesMatched, string explanation) =>
        new(index, properties, condition.RolloutPercentage, condition.Source.Variant, matched, propertiesMatched, false, explanation);

    // Evaluation stops at the first miss and asks cohorts last; so does the trace.
    private List<PropertyTrace> Properties(CompiledCondition condition)
    {
        var traces = new List<PropertyTrace>();
        foreach (var filter in condition.Filters.OrderBy(filter => filter.Cohort is null ? 0 : 1))
        {
            traces.Add(Property(filter));
            if (!traces[^1].Matched)
            {
                break;
            }
        }

        return traces;
    }

    private PropertyTrace Property(CompiledFilter filter)
    {
        var source = filter.Source;
        var (matched, actual, fallback) = filter switch
        {
            { Predicate: { } predicate } => (context.Matches(predicate), predicate.Slot >= 0 && context.Values.IsSet(predicate.Slot) ? Json(predicate.Slot) : null, PropertyOperator.Exact),
            { Dependency: { } dependency } => (walker.Matches(dependency), Result(dependency), PropertyOperator.FlagEvaluatesTo),
            _ => Cohort(filter.Cohort!),
        };
        var comparison = (source.Operator ?? fallback).ToWire();
        var value = source.Value.ValueKind == JsonValueKind.Undefined ? "null" : source.Value.GetRawText();
        var explanation = $"{source.Key} {(actual is null ? "is absent" : "is " + Shorten(actual))}: {comparison} {Shorten(value)} {(matched ? "holds" : "does not hold")}";
        return new PropertyTrace(source.Key, comparison, value, TypeName(source.Type), actual, matched, explanation);
    }

    private (bool Matched, string? Actual, PropertyOperator Fallback) Cohort(CohortTest test)
    {
        if (test.Fault != CohortFault.None || context.Preparation != Preparation.Ran)
        {
            return (false, null, PropertyOperator.In);
        }

        var isMember = memberships.Evaluate(context.Set, test.Cohort);
        return (isMember == test.Expected, isMember ? "true" : "false", PropertyOperator.In);
    }

    private string? Result(DependencyTest test)
    {
        if (test.Target < 0 || decided[test.Target] is not { } outcome)
        {
            return null;
        }

        return outcome.Variant is { } variant ? PayloadText.Quote(variant) : outcome.Enabled ? "true" : "false";
    }

    private bool IsAdmitted(CompiledFlag flag, CompiledCondition condition, out double hash)
    {
        hash = 0;
        if (condition.AdmitsAll)
        {
            return true;
        }

        var text = identifiers.Text(flag, identifiers.Of(flag, condition.Aggregation)).Span;
        hash = text.IsEmpty ? 0 : BucketingHash.Compute(flag.HashPrefix.Text, text, default);
        return hash <= condition.Threshold;
    }

    private string Json(int slot)
    {
        var text = Encoding.UTF8.GetString(context.Values.Json(slot));
        return context.Values.IsQuoted(slot) ? text : "\"" + text + "\"";
    }

    private static string Shorten(string json) => json.Length <= 80 ? json : json[..80] + "...";

    private static string TypeName(PropertyFilterType type) => type switch
    {
        PropertyFilterType.PersonMetadata => "person_metadata",
        PropertyFilterType.Group => "group",
        PropertyFilterType.Cohort => "cohort",
        PropertyFilterType.Flag => "flag",
        _ => "person",
    };
}
