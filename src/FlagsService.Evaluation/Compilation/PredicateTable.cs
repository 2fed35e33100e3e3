using System.Text.Json;
using FlagsService.Evaluation.Definitions;
using FlagsService.Evaluation.Matching;

namespace FlagsService.Evaluation.Compilation;

/// <summary>Every comparison of a team once.</summary>
internal sealed class PredicateTable(PropertyTable properties, ValueTestFactory tests)
{
    private readonly Dictionary<(int Source, int Slot, PropertyOperator Operator, string Operand), CompiledPredicate> known = [];

    public int Count => known.Count;

    /// <summary>Bytes of operands that tests keep, roughly.</summary>
    public long OperandBytes { get; private set; }

    public CompiledPredicate Intern(int source, string name, PropertyOperator comparison, JsonElement operand)
    {
        var slot = source == PropertyTable.Nowhere ? -1 : properties.Intern(source, name);
        var text = operand.ValueKind == JsonValueKind.Undefined ? "" : operand.GetRawText();
        var key = (source, slot, comparison, text);
        if (!known.TryGetValue(key, out var predicate))
        {
            predicate = new CompiledPredicate(known.Count, slot, source, tests.Create(comparison, operand));
            known.Add(key, predicate);
            OperandBytes += (4 * text.Length) + (comparison is PropertyOperator.Regex or PropertyOperator.NotRegex ? 2048 : 96);
        }

        return predicate;
    }
}
