using System.Globalization;
using System.Text.Json;
using FlagsService.Evaluation.Definitions;

namespace FlagsService.HyperCache.FlagDefinitions.Documents;

/// <summary>The cohorts that the flags refer to, directly or through others, as far as SDKs can evaluate them. One that is not listed makes SDKs ask the server.</summary>
internal sealed class ListedCohorts
{
    private readonly Dictionary<long, CohortRow> rows;
    private readonly SortedDictionary<long, CohortGroup> listed = [];
    private readonly HashSet<long> unresolvable = [];
    private readonly HashSet<long> seen = [];

    internal ListedCohorts(IReadOnlyList<CohortRow> cohorts, IReadOnlyList<ReadableFlag> flags)
    {
        rows = cohorts.ToDictionary(cohort => (long)cohort.Id);
        var waiting = new Queue<long>(flags.SelectMany(flag => flag.Filters.Groups).SelectMany(group => group.Properties)
            .Where(filter => filter.Type == PropertyFilterType.Cohort).Select(filter => FilterValues.TryId(filter.Value, out var id) ? (long)id : 0));
        while (waiting.TryDequeue(out var id))
        {
            if (seen.Add(id) && rows.TryGetValue(id, out var row) && !row.IsStatic)
            {
                Visit(id, CohortTree.Parse(row), waiting);
            }
        }
    }

    /// <summary>The cohort has a leaf that only this server understands, or understands as a miss.</summary>
    internal bool IsUnresolvable(long cohortId) => unresolvable.Contains(cohortId);

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("cohorts"u8);
        foreach (var (id, tree) in listed)
        {
            writer.WritePropertyName(id.ToString(CultureInfo.InvariantCulture));
            WriteNode(writer, tree);
        }

        writer.WriteEndObject();
    }

    private void Visit(long id, CohortTree tree, Queue<long> waiting)
    {
        if (tree.Root is not CohortGroup root)
        {
            return;
        }

        if (IsExpressible(root, waiting))
        {
            listed[id] = root;
        }
        else
        {
            unresolvable.Add(id);
        }
    }

    private static bool IsExpressible(CohortNode node, Queue<long> waiting)
    {
        switch (node)
        {
            case CohortGroup group:
                var isExpressible = group.Nodes.Count > 0;
                foreach (var child in group.Nodes)
                {
                    isExpressible &= IsExpressible(child, waiting);
                }

                return isExpressible;
            case CohortReferenceLeaf reference:
                waiting.Enqueue(reference.CohortId);
                return reference.CohortId is >= int.MinValue and <= int.MaxValue;
            case CohortPropertyLeaf { Filter.Type: PropertyFilterType.Person } leaf:
                return FilterValues.IsExpressible(leaf.Filter.Value) && FilterValues.IsIndex(leaf.Filter.GroupTypeIndex);
            default:
                return false;
        }
    }

    private static void WriteNode(Utf8JsonWriter writer, CohortNode node)
    {
        switch (node)
        {
            case CohortGroup group:
                writer.WriteStartObject();
                writer.WriteString("type"u8, group.IsOr ? "OR"u8 : "AND"u8);
                writer.WriteStartArray("values"u8);
                foreach (var child in group.Nodes)
                {
                    WriteNode(writer, child);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
                break;
            case CohortReferenceLeaf reference:
                FilterValues.WriteCohort(writer, reference.CohortId, reference.Filter.Operator ?? PropertyOperator.In, reference.Filter.Negation ?? false);
                break;
            case CohortPropertyLeaf leaf:
                FilterValues.WriteProperty(writer, leaf.Filter, leaf.Filter.Negation ?? false);
                break;
            default:
                break;
        }
    }
}
