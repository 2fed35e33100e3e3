using System.Text;
using System.Text.Json;

namespace FlagsService.Evaluation.Matching;

/// <summary>Compares truth values: true, the text true, and arrays of nothing else are true; everything else is false.</summary>
internal sealed class TruthTest(bool expected, bool negated) : ValueTest
{
    public override bool WhenAbsent => negated;

    public override bool Matches(PropertyValues values, int slot) => (IsTruthy(values, slot) == expected) != negated;

    private static bool IsTruthy(PropertyValues values, int slot) => values.Kind(slot) switch
    {
        JsonTokenType.True => true,
        JsonTokenType.String => IsTrueText(values.Text(slot)),
        JsonTokenType.StartArray => AreAllTruthy(values.Json(slot)),
        _ => false,
    };

    public static bool IsTrueText(ReadOnlySpan<byte> text) => Ascii.EqualsIgnoreCase(text, "true"u8);

    // Nested arrays are true when all they hold is, so only the scalars count.
    private static bool AreAllTruthy(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1024 });
        while (reader.Read())
        {
            var holds = reader.TokenType switch
            {
                JsonTokenType.StartArray or JsonTokenType.EndArray or JsonTokenType.True => true,
                JsonTokenType.String => IsTrueText(reader.ValueIsEscaped ? JsonText.Unescape(ref reader) : reader.ValueSpan),
                _ => false,
            };
            if (!holds)
            {
                return false;
            }
        }

        return true;
    }
}
