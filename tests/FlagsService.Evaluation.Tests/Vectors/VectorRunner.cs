using System.Text;
using System.Text.Json;
using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Definitions;
using FlagsService.Evaluation.Lookups;
using FlagsService.Evaluation.Results;
using FlagsService.TestKit.Vectors;

namespace FlagsService.Evaluation.Tests.Vectors;

/// <summary>Runs a vector case against the evaluator itself, answering its plan from the rows of the case.</summary>
internal static class VectorRunner
{
    internal sealed record Answer(Dictionary<string, JsonElement> Records, bool ErrorsWhileComputing);

    public static Answer Run(VectorCase item)
    {
        var set = CompiledFlagSet.Compile(new TeamDefinitions
        {
            TeamId = 1,
            TimeZone = item.TimeZone,
            ExplicitMatching = item.ExplicitMatching,
            GroupTypes = item.GroupTypes,
            Flags = [.. item.Flags.Select(Row)],
            Cohorts = [.. item.Cohorts.Select(Cohort)],
        });
        var request = Request(item);
        var evaluator = new FlagEvaluator();
        var results = new EvaluationResults();
        var plan = evaluator.Plan(set, request);
        evaluator.Evaluate(set, request, Lookup(item, plan), results);
        var records = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var outcome in results.Outcomes)
        {
            records.Add(outcome.Flag.Key, JsonDocument.Parse("{" + Encoding.UTF8.GetString(outcome.V2Member.Span) + "}").RootElement.GetProperty(outcome.Flag.Key));
        }

        return new Answer(records, results.ErrorsWhileComputing);
    }

    private static LookupResult Lookup(VectorCase item, LookupPlan plan) => new()
    {
        Person = plan.NeedsProperties && item.Person.ValueKind == JsonValueKind.Object ? Person(item.Person) : null,
        StaticCohortIds = [.. item.StaticCohortIds.Where(id => item.Person.ValueKind == JsonValueKind.Object && plan.StaticCohortIds.Contains(id))],
        Groups = [.. item.Groups.Where(group => plan.Groups.Contains(new GroupReference(group.GetProperty("group_type_index").GetInt32(), group.GetProperty("group_key").GetString()!)))
            .Select(group => new GroupRow(group.GetProperty("group_type_index").GetInt32(), Bytes(group.GetProperty("group_properties"))))],
        HashKeyOverrides = plan.NeedsHashKeyOverrides ? item.HashKeyOverrides : null,
    };

    private static PersonRow Person(JsonElement person) => new(
        1,
        person.TryGetProperty("created_at", out var created) ? created.GetDateTimeOffset() : DateTimeOffset.UnixEpoch,
        person.TryGetProperty("properties", out var properties) ? Bytes(properties) : default);

    private static EvaluationRequest Request(VectorCase item)
    {
        var body = item.Request;
        return new EvaluationRequest
        {
            DistinctId = Text(body.GetProperty("distinct_id")),
            DeviceId = Text(Optional(body, "$device_id")),
            AnonymousId = Text(Optional(body, "$anon_distinct_id")),
            PersonPropertiesJson = Bytes(Optional(body, "person_properties")),
            GroupsJson = Bytes(Optional(body, "groups")),
            GroupPropertiesJson = Bytes(Optional(body, "group_properties")),
            FlagKeys = List(Optional(body, "flag_keys")),
            EvaluationContexts = List(Optional(body, "evaluation_contexts")),
            Runtime = Optional(body, "evaluation_runtime") is { ValueKind: JsonValueKind.String } runtime && Enum.TryParse<RequestRuntime>(runtime.GetString(), true, out var known)
                ? known : RequestRuntime.All,
            OnlySurveyFlags = Optional(body, "only_evaluate_survey_feature_flags").ValueKind == JsonValueKind.True,
            OnlyOverrideProperties = Optional(body, "only_use_override_person_properties").ValueKind == JsonValueKind.True,
            Now = item.Now,
        };
    }

    private static FlagRow Row(JsonElement row) => new()
    {
        Id = row.GetProperty("id").GetInt32(),
        TeamId = 1,
        Key = row.GetProperty("key").GetString()!,
        FiltersJson = Bytes(row.GetProperty("filters")),
        Active = Optional(row, "active").ValueKind == JsonValueKind.True,
        Deleted = Optional(row, "deleted").ValueKind == JsonValueKind.True,
        EnsureExperienceContinuity = Optional(row, "ensure_experience_continuity").ValueKind == JsonValueKind.True,
        Version = Optional(row, "version") is { ValueKind: JsonValueKind.Number } version ? version.GetInt32() : null,
        EvaluationRuntime = Optional(row, "evaluation_runtime") is { ValueKind: JsonValueKind.String } runtime ? runtime.GetString() : null,
        EvaluationContexts = List(Optional(row, "evaluation_contexts")) ?? List(Optional(row, "evaluation_tags")) ?? [],
        BucketingIdentifier = Optional(row, "bucketing_identifier") is { ValueKind: JsonValueKind.String } bucketing ? bucketing.GetString() : null,
        HasExperiment = Optional(row, "has_experiment").ValueKind != JsonValueKind.False,
    };

    private static CohortRow Cohort(JsonElement row) => new()
    {
        Id = row.GetProperty("id").GetInt32(),
        TeamId = 1,
        IsStatic = Optional(row, "is_static").ValueKind == JsonValueKind.True,
        FiltersJson = row.TryGetProperty("filters", out var filters) ? Bytes(filters) : null,
        GroupsJson = row.TryGetProperty("groups", out var groups) ? Bytes(groups) : null,
    };

    private static JsonElement Optional(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : default;

    private static byte[] Bytes(JsonElement json) => json.ValueKind == JsonValueKind.Undefined ? [] : Encoding.UTF8.GetBytes(json.GetRawText());

    private static byte[] Text(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => Encoding.UTF8.GetBytes(json.GetString()!),
        JsonValueKind.Number => Encoding.UTF8.GetBytes(json.GetRawText()),
        _ => [],
    };

    private static List<string>? List(JsonElement json) => json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray().Select(text => text.GetString()!)] : null;
}
