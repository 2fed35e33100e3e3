using System.Globalization;

namespace FlagsService.Flags;

/// <summary>The query parameters of <c>/flags</c>. Nothing here can fail: what cannot be read is absent.</summary>
/// <param name="Version">Response version; null when absent, 1 when it is no number.</param>
/// <param name="WantsConfig">Add the browser configuration.</param>
/// <param name="Compression">Body encoding; null when absent.</param>
/// <param name="OnlySurveyFlags">Keep only survey flags.</param>
/// <param name="OnlyOverrideProperties">Ignore stored person properties.</param>
/// <param name="Explain">Add the trace.</param>
internal readonly record struct FlagsQuery(int? Version, bool WantsConfig, string? Compression, bool OnlySurveyFlags, bool OnlyOverrideProperties, bool Explain)
{
    internal static FlagsQuery Parse(HttpRequest request)
    {
        // The query of nearly every SDK, without building a dictionary.
        if (request.QueryString.Value is "?v=2")
        {
            return new FlagsQuery(2, false, null, false, false, false);
        }

        var query = request.Query;
        return new FlagsQuery(
            Number(Value(query, "v") ?? Value(query, "version")),
            IsTrue(Value(query, "config")),
            Value(query, "compression"),
            IsTrue(Value(query, "only_evaluate_survey_feature_flags")),
            IsTrue(Value(query, "only_use_override_person_properties")),
            IsTrue(Value(query, "explain")));
    }

    private static string? Value(IQueryCollection query, string name) => query.TryGetValue(name, out var values) && values.Count > 0 && !string.IsNullOrEmpty(values[0]) ? values[0] : null;

    private static int? Number(string? text) => text is null ? null : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 1;

    private static bool IsTrue(string? text) => text is not null
        && (text.Equals("true", StringComparison.OrdinalIgnoreCase) || text.Equals("1", StringComparison.Ordinal)
            || text.Equals("yes", StringComparison.OrdinalIgnoreCase) || text.Equals("on", StringComparison.OrdinalIgnoreCase));
}
