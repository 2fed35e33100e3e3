using System.Text;
using System.Text.Json;
using FlagsService.Evaluation.Definitions;

namespace FlagsService.Evaluation.Matching;

/// <summary>Builds the test of an operator and its operand. An operand that the operator cannot use makes a test that always misses.</summary>
internal sealed class ValueTestFactory(bool explicitMatching, TeamCalendar calendar)
{
    public ValueTest Create(PropertyOperator comparison, JsonElement operand)
    {
        switch (comparison)
        {
            case PropertyOperator.IsSet:
                return new ConstantTest(whenPresent: true, whenAbsent: false);
            case PropertyOperator.IsNotSet:
                return new ConstantTest(whenPresent: false, whenAbsent: true);
            case var _ when operand.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null:
                return ConstantTest.Never;
            case PropertyOperator.Exact or PropertyOperator.IsNot:
                return CreateEquality(operand, comparison == PropertyOperator.IsNot);
            case PropertyOperator.IContains or PropertyOperator.NotIContains:
                return new TextTest(TextTest.Place.Anywhere, [Lowered(operand)], comparison == PropertyOperator.NotIContains);
            case PropertyOperator.StartsWith or PropertyOperator.NotStartsWith:
                return new TextTest(TextTest.Place.Start, [Lowered(operand)], comparison == PropertyOperator.NotStartsWith);
            case PropertyOperator.EndsWith or PropertyOperator.NotEndsWith:
                return new TextTest(TextTest.Place.End, [Lowered(operand)], comparison == PropertyOperator.NotEndsWith);
            case PropertyOperator.IContainsMulti or PropertyOperator.NotIContainsMulti:
                var needles = operand.ValueKind == JsonValueKind.Array ? operand.EnumerateArray().Select(Lowered).ToArray() : [Lowered(operand)];
                return new TextTest(TextTest.Place.Anywhere, needles, comparison == PropertyOperator.NotIContainsMulti);
            case PropertyOperator.Regex or PropertyOperator.NotRegex:
                return PatternCompiler.Compile(Encoding.UTF8.GetString(CanonicalText.Of(operand))) is { } pattern
                    ? new PatternTest(pattern, comparison == PropertyOperator.NotRegex)
                    : ConstantTest.Never;
            case PropertyOperator.Gt or PropertyOperator.Gte or PropertyOperator.Lt or PropertyOperator.Lte:
                return TryNumber(operand, out var number) ? new NumberTest(comparison, number) : ConstantTest.Never;
            case PropertyOperator.Between or PropertyOperator.NotBetween:
                return CreateRange(operand, comparison == PropertyOperator.NotBetween);
            case >= PropertyOperator.SemverGt and <= PropertyOperator.SemverWildcard:
                return CreateVersion(comparison, CanonicalText.Of(operand));
            case PropertyOperator.IsDateExact or PropertyOperator.IsDateAfter or PropertyOperator.IsDateBefore:
                return operand.ValueKind == JsonValueKind.String && DateText.Parse(CanonicalText.Of(operand), calendar) is { } date
                    ? new DateTest(comparison, date, calendar)
                    : ConstantTest.Never;
            default:
                return ConstantTest.Never;
        }
    }

    /// <summary>Whether an operand stands for a truth value: true, false, those texts, or an array of nothing else.</summary>
    private static bool IsBooleanish(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => true,
        JsonValueKind.String => value.GetString() is { } text && (IsText(text, "true") || IsText(text, "false")),
        JsonValueKind.Array => value.EnumerateArray().All(IsBooleanish),
        _ => false,
    };

    private static bool IsTruthy(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.String => IsText(value.GetString()!, "true"),
        JsonValueKind.Array => value.EnumerateArray().All(IsTruthy),
        _ => false,
    };

    private static bool IsText(string text, string word) => Ascii.EqualsIgnoreCase(text, word);

    private static byte[] Lowered(JsonElement operand) => Casing.AsciiLower(CanonicalText.Of(operand));

    private static bool TryNumber(JsonElement operand, out double number)
    {
        number = 0;
        return operand.ValueKind switch
        {
            JsonValueKind.Number => operand.TryGetDouble(out number),
            JsonValueKind.String => NumberText.TryParse(CanonicalText.Of(operand), out number),
            _ => false,
        };
    }

    private static ValueTest CreateRange(JsonElement operand, bool negated)
    {
        if (operand.ValueKind != JsonValueKind.Array || operand.GetArrayLength() != 2)
        {
            return ConstantTest.Never;
        }

        // Comparing with NaN is false, so a NaN bound is refused here too.
        return TryNumber(operand[0], out var low) && TryNumber(operand[1], out var high) && low <= high ? new RangeTest(low, high, negated) : ConstantTest.Never;
    }

    private static ValueTest CreateVersion(PropertyOperator comparison, byte[] operand)
    {
        VersionRange? range;
        switch (comparison)
        {
            case PropertyOperator.SemverTilde:
                range = VersionRange.Tilde(operand);
                break;
            case PropertyOperator.SemverCaret:
                range = VersionRange.Caret(operand);
                break;
            case PropertyOperator.SemverWildcard:
                range = VersionRange.Wildcard(operand);
                break;
            default:
                return SemanticVersion.TryParse(operand, out _) ? new VersionTest(comparison, operand) : ConstantTest.Never;
        }

        return range is null ? ConstantTest.Never : new VersionRangeTest(range);
    }

    private ValueTest CreateEquality(JsonElement operand, bool negated)
    {
        var isArray = operand.ValueKind == JsonValueKind.Array;
        if ((!explicitMatching && IsBooleanish(operand)) || (isArray && operand.GetArrayLength() == 0))
        {
            return new TruthTest(IsTruthy(operand), negated);
        }

        var texts = isArray ? operand.EnumerateArray().Select(CanonicalText.Of) : [CanonicalText.Of(operand)];
        return new EqualityTest(texts.Select(text => Casing.Lower(text)).ToArray(), negated);
    }
}
