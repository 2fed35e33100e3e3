using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FlagsService.Storage.Sql;

/// <summary>Ids of a document next to the ids of the rows they became, and the rewriting of filters from the one to the other.</summary>
internal sealed class ArchiveIds
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 256 };

    internal Dictionary<int, int> Flags { get; } = [];

    internal Dictionary<int, int> Cohorts { get; } = [];

    private bool IsIdentity => Flags.All(pair => pair.Key == pair.Value) && Cohorts.All(pair => pair.Key == pair.Value);

    /// <summary>The document with flag keys and cohort values rewritten; unchanged text where no id moved or the text cannot be read.</summary>
    internal string Rewrite(ReadOnlyMemory<byte> json)
    {
        var text = Encoding.UTF8.GetString(json.Span);
        if (IsIdentity)
        {
            return text;
        }

        try
        {
            var root = JsonNode.Parse(text, documentOptions: Options);
            Rewrite(root);
            return root?.ToJsonString() ?? "null";
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private void Rewrite(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (var item in array)
                {
                    Rewrite(item);
                }

                break;
            case JsonObject filter:
                RewriteReference(filter);
                foreach (var (_, member) in filter)
                {
                    Rewrite(member);
                }

                break;
            default:
                break;
        }
    }

    private void RewriteReference(JsonObject filter)
    {
        var type = filter.TryGetPropertyValue("type", out var kind) && kind is JsonValue text && text.TryGetValue<string>(out var name) ? name : null;
        if (type == "flag" && filter["key"] is JsonValue key && int.TryParse(key.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var flag) && Flags.TryGetValue(flag, out var row))
        {
            filter["key"] = row.ToString(CultureInfo.InvariantCulture);
        }
        else if (type == "cohort" && filter["value"] is JsonValue value && value.TryGetValue<int>(out var cohort) && Cohorts.TryGetValue(cohort, out var id))
        {
            filter["value"] = id;
        }
    }
}
