using System.Text.Json;

namespace FlagsService.Evaluation.Definitions;

/// <summary>Reads the members of a stored document strictly: the first member of a wrong type becomes <see cref="Problem"/>, and what is returned after that is of no use.</summary>
internal sealed class DocumentReader
{
    /// <summary>What is wrong, with the path inside the document; null while all is well.</summary>
    public string? Problem { get; private set; }

    public FlagFilters? ReadFilters(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object)
        {
            return Fail<FlagFilters>("filters", "must be an object");
        }

        if (document.TryGetProperty("version", out var version) && !IsNumber(version, 1))
        {
            return new FlagFilters { IsSupportedVersion = false, Document = document };
        }

        return new FlagFilters
        {
            IsSupportedVersion = true,
            Document = document,
            Groups = ReadList(document, "groups", nullable: false, ReadConditionSet) ?? [],
            Variants = ReadVariants(document),
            Payloads = document.TryGetProperty("payloads", out var payloads) ? payloads : default,
            AggregationGroupTypeIndex = ReadInt32(document, "aggregation_group_type_index", "filters"),
            FeatureEnrollment = ReadBoolean(document, "feature_enrollment", "filters") ?? false,
            Holdout = ReadHoldout(document),
            EarlyExit = ReadBoolean(document, "early_exit", "filters") ?? false,
        };
    }

    public PropertyFilter? ReadProperty(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return Fail<PropertyFilter>(path, "must be an object");
        }

        var key = RequireText(element, "key", path);
        var type = RequireText(element, "type", path) switch
        {
            "person" => PropertyFilterType.Person,
            "person_metadata" => PropertyFilterType.PersonMetadata,
            "group" => PropertyFilterType.Group,
            "cohort" => PropertyFilterType.Cohort,
            "flag" => PropertyFilterType.Flag,
            _ => Fail<PropertyFilterType>(path + ".type", "names no known type"),
        };
        PropertyOperator? comparison = null;
        if (ReadText(element, "operator", path) is { } name)
        {
            comparison = PropertyOperators.TryParse(name, out var known) ? known : Fail<PropertyOperator>(path + ".operator", "names no known operator");
        }

        return new PropertyFilter
        {
            Key = key,
            Type = type,
            Operator = comparison,
            Value = element.TryGetProperty("value", out var value) ? value : default,
            GroupTypeIndex = ReadInt32(element, "group_type_index", path),
            Negation = ReadBoolean(element, "negation", path),
            Document = element,
        };
    }

    private static bool IsNumber(JsonElement element, double value) => element.ValueKind == JsonValueKind.Number && element.GetDouble() == value;

    private ConditionSet? ReadConditionSet(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return Fail<ConditionSet>(path, "must be an object");
        }

        return new ConditionSet
        {
            Properties = ReadList(element, "properties", nullable: true, ReadProperty, path) ?? [],
            RolloutPercentage = ReadNumber(element, "rollout_percentage", path),
            Variant = ReadText(element, "variant", path),
            StatesAggregation = element.TryGetProperty("aggregation_group_type_index", out _),
            AggregationGroupTypeIndex = ReadInt32(element, "aggregation_group_type_index", path),
            Document = element,
        };
    }

    private IReadOnlyList<FlagVariant>? ReadVariants(JsonElement document)
    {
        if (!document.TryGetProperty("multivariate", out var multivariate) || multivariate.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (multivariate.ValueKind != JsonValueKind.Object || !multivariate.TryGetProperty("variants", out _))
        {
            return Fail<IReadOnlyList<FlagVariant>>("filters.multivariate", "must be null or have variants");
        }

        return ReadList(multivariate, "variants", nullable: false, ReadVariant, "filters.multivariate");
    }

    private FlagVariant? ReadVariant(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return Fail<FlagVariant>(path, "must be an object");
        }

        var share = ReadNumber(element, "rollout_percentage", path) ?? Fail<double>(path + ".rollout_percentage", "is required");
        return new FlagVariant(RequireText(element, "key", path), ReadText(element, "name", path), share);
    }

    private FlagHoldout? ReadHoldout(JsonElement document)
    {
        if (!document.TryGetProperty("holdout", out var holdout) || holdout.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (holdout.ValueKind != JsonValueKind.Object)
        {
            return Fail<FlagHoldout>("filters.holdout", "must be an object or null");
        }

        var share = ReadNumber(holdout, "exclusion_percentage", "filters.holdout") ?? Fail<double>("filters.holdout.exclusion_percentage", "is required");
        return holdout.TryGetProperty("id", out var id) && TryReadInteger(id, out var value)
            ? new FlagHoldout(value, share)
            : Fail<FlagHoldout>("filters.holdout.id", "must be an integer");
    }

    private List<T>? ReadList<T>(JsonElement owner, string name, bool nullable, Func<JsonElement, string, T?> read, string path = "filters")
        where T : class
    {
        if (!owner.TryGetProperty(name, out var list) || (nullable && list.ValueKind == JsonValueKind.Null))
        {
            return null;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            return Fail<List<T>>($"{path}.{name}", "must be an array");
        }

        var items = new List<T>(list.GetArrayLength());
        foreach (var element in list.EnumerateArray())
        {
            if (read(element, $"{path}.{name}[{items.Count}]") is not { } item || Problem is not null)
            {
                return null;
            }

            items.Add(item);
        }

        return items;
    }

    private string RequireText(JsonElement owner, string name, string path) => ReadText(owner, name, path) ?? Fail<string>($"{path}.{name}", "is required") ?? "";

    private string? ReadText(JsonElement owner, string name, string path) => Member(owner, name) switch
    {
        { ValueKind: JsonValueKind.Undefined } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => Fail<string>($"{path}.{name}", "must be text"),
    };

    private bool? ReadBoolean(JsonElement owner, string name, string path) => Member(owner, name) switch
    {
        { ValueKind: JsonValueKind.Undefined } => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => Fail<bool>($"{path}.{name}", "must be true or false"),
    };

    private double? ReadNumber(JsonElement owner, string name, string path) => Member(owner, name) switch
    {
        { ValueKind: JsonValueKind.Undefined } => null,
        { ValueKind: JsonValueKind.Number } number => number.GetDouble(),
        _ => Fail<double>($"{path}.{name}", "must be a number"),
    };

    private int? ReadInt32(JsonElement owner, string name, string path) => Member(owner, name) switch
    {
        { ValueKind: JsonValueKind.Undefined } => null,
        var number when TryReadInteger(number, out var value) && value is >= int.MinValue and <= int.MaxValue => (int)value,
        _ => Fail<int>($"{path}.{name}", "must be a 32-bit integer"),
    };

    private static JsonElement Member(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : default;

    // Writers exist that store every number as a float, so 3.0 is 3.
    private static bool TryReadInteger(JsonElement element, out long value)
    {
        value = 0;
        if (element.ValueKind != JsonValueKind.Number || element.TryGetInt64(out value))
        {
            return element.ValueKind == JsonValueKind.Number;
        }

        var number = element.GetDouble();
        value = Math.Abs(number) < 9.2e18 ? (long)number : 0;
        return value == number;
    }

    private T? Fail<T>(string path, string reason)
    {
        Problem ??= $"{path} {reason}";
        return default;
    }
}
