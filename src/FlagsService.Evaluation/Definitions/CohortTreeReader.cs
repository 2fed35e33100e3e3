using System.Text.Json;

namespace FlagsService.Evaluation.Definitions;

/// <summary>Reads cohort trees, which are more tolerant than flag filters: a leaf of an unknown type is kept as unresolvable.</summary>
internal sealed class CohortTreeReader
{
    /// <summary>Levels of groups that are evaluated; a deeper group never holds.</summary>
    private const int MaxGroupDepth = 20;

    private readonly DocumentReader leaves = new();
    private string? problem;

    public string? Problem => problem ?? leaves.Problem;

    public CohortNode? ReadNode(JsonElement node, string path, int depth)
    {
        if (node.ValueKind != JsonValueKind.Object)
        {
            return Fail(path, "must be an object");
        }

        var type = node.TryGetProperty("type", out var stored) && stored.ValueKind == JsonValueKind.String ? stored.GetString()! : "";
        if (type is "AND" or "OR" or "property")
        {
            if (!node.TryGetProperty("values", out var values) || values.ValueKind != JsonValueKind.Array)
            {
                return Fail(path, "must have an array of values");
            }

            return depth > MaxGroupDepth ? new CohortUnresolvableLeaf(type, node) : new CohortGroup(type is "OR", ReadAll(values, path + ".values", depth + 1));
        }

        return node.TryGetProperty("key", out _) ? ReadLeaf(node, type, path) : Fail(path, "is neither a leaf nor a group");
    }

    public CohortNode? ReadLegacyGroups(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var groups = new List<CohortNode>(list.GetArrayLength());
        foreach (var group in list.EnumerateArray())
        {
            var node = ReadLegacyGroup(group, $"groups[{groups.Count}]");
            if (node is null)
            {
                return null;
            }

            groups.Add(node);
        }

        return new CohortGroup(true, groups);
    }

    private CohortNode? ReadLegacyGroup(JsonElement group, string path)
    {
        if (group.ValueKind != JsonValueKind.Object || !group.TryGetProperty("properties", out var properties))
        {
            return Unresolvable(group);
        }

        if (properties.ValueKind == JsonValueKind.Array)
        {
            var nodes = new List<CohortNode>(properties.GetArrayLength());
            foreach (var leaf in properties.EnumerateArray())
            {
                if (ReadLegacyLeaf(leaf, $"{path}.properties[{nodes.Count}]") is not { } node)
                {
                    return null;
                }

                nodes.Add(node);
            }

            return new CohortGroup(false, nodes);
        }

        if (properties.ValueKind != JsonValueKind.Object)
        {
            return Unresolvable(group);
        }

        return properties.TryGetProperty("type", out _) && properties.TryGetProperty("values", out _)
            ? ReadNode(properties, path + ".properties", 2)
            : ReadPlainMap(properties);
    }

    private CohortNode? ReadLegacyLeaf(JsonElement leaf, string path)
    {
        if (leaf.ValueKind != JsonValueKind.Object)
        {
            return Unresolvable(leaf);
        }

        var type = leaf.TryGetProperty("type", out var stored) && stored.ValueKind != JsonValueKind.Null ? stored.ToString() : "event";
        return type is "event" ? ReadLeaf(WithPersonType(leaf), "person", path) : ReadNode(leaf, path, 3);
    }

    private static CohortGroup ReadPlainMap(JsonElement map)
    {
        var nodes = new List<CohortNode>();
        foreach (var member in map.EnumerateObject())
        {
            var filter = new PropertyFilter { Key = member.Name, Type = PropertyFilterType.Person, Operator = PropertyOperator.Exact, Value = member.Value, Document = map };
            nodes.Add(new CohortPropertyLeaf(filter));
        }

        return new CohortGroup(false, nodes);
    }

    private static JsonElement WithPersonType(JsonElement leaf)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in leaf.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        members["type"] = JsonElement.Parse("\"person\"");
        return JsonSerializer.SerializeToElement(members);
    }

    private static CohortUnresolvableLeaf Unresolvable(JsonElement document) => new("", document);

    private CohortNode? ReadLeaf(JsonElement node, string type, string path)
    {
        if (type is not ("person" or "person_metadata" or "cohort"))
        {
            return new CohortUnresolvableLeaf(type, node);
        }

        if (leaves.ReadProperty(node, path) is not { } filter || leaves.Problem is not null)
        {
            return null;
        }

        if (type is not "cohort")
        {
            return new CohortPropertyLeaf(filter);
        }

        return filter.Value.ValueKind == JsonValueKind.Number && filter.Value.TryGetInt64(out var id)
            ? new CohortReferenceLeaf(id, filter)
            : Fail(path + ".value", "must be the id of a cohort");
    }

    private List<CohortNode> ReadAll(JsonElement values, string path, int depth)
    {
        var nodes = new List<CohortNode>(values.GetArrayLength());
        foreach (var value in values.EnumerateArray())
        {
            if (ReadNode(value, $"{path}[{nodes.Count}]", depth) is not { } node)
            {
                break;
            }

            nodes.Add(node);
        }

        return nodes;
    }

    private CohortNode? Fail(string path, string reason)
    {
        problem ??= $"{path} {reason}";
        return null;
    }
}
