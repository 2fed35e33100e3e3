namespace FlagsService.Evaluation;

/// <summary>What is known of one caller. JSON members are slices of well-formed UTF-8 JSON objects (no comments, finite numbers, no lone surrogates), or empty.</summary>
/// <remarks>Instances are meant to be pooled: <see cref="Reset"/> before reuse. The evaluator keeps no reference after it answered.</remarks>
public sealed class EvaluationRequest
{
    /// <summary>UTF-8 text of the distinct id, not yet cut; a JSON number is given as its text.</summary>
    public ReadOnlyMemory<byte> DistinctId { get; set; }

    /// <summary>Top-level device id; empty when absent (then <c>person_properties.$device_id</c> counts).</summary>
    public ReadOnlyMemory<byte> DeviceId { get; set; }

    /// <summary>Top-level <c>$anon_distinct_id</c>; empty when absent (then <c>person_properties.$anon_distinct_id</c> counts).</summary>
    public ReadOnlyMemory<byte> AnonymousId { get; set; }

    /// <summary>The caller's person properties.</summary>
    public ReadOnlyMemory<byte> PersonPropertiesJson { get; set; }

    /// <summary>Group type name to group key.</summary>
    public ReadOnlyMemory<byte> GroupsJson { get; set; }

    /// <summary>Group type name to an object of properties.</summary>
    public ReadOnlyMemory<byte> GroupPropertiesJson { get; set; }

    /// <summary>Keys to evaluate; null selects every flag, an empty list none.</summary>
    public IReadOnlyList<string>? FlagKeys { get; set; }

    /// <summary>Evaluation contexts of the caller; null or empty keeps every flag.</summary>
    public IReadOnlyList<string>? EvaluationContexts { get; set; }

    /// <summary>Runtime of the caller, stated or detected.</summary>
    public RequestRuntime Runtime { get; set; }

    /// <summary>Keep only flags whose key starts with <c>survey-targeting-</c>.</summary>
    public bool OnlySurveyFlags { get; set; }

    /// <summary>Ignore stored person properties.</summary>
    public bool OnlyOverrideProperties { get; set; }

    /// <summary>Record for each condition what was compared with what.</summary>
    public bool Explain { get; set; }

    /// <summary>False in read-only mode: hash-key overrides are read and never written.</summary>
    public bool MayWrite { get; set; } = true;

    /// <summary>The time of the request, read once.</summary>
    public DateTimeOffset Now { get; set; }

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        DistinctId = DeviceId = AnonymousId = PersonPropertiesJson = GroupsJson = GroupPropertiesJson = default;
        FlagKeys = EvaluationContexts = null;
        Runtime = RequestRuntime.Unknown;
        OnlySurveyFlags = OnlyOverrideProperties = Explain = false;
        MayWrite = true;
        Now = default;
    }
}
