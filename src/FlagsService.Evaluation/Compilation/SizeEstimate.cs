using System.Text.Json;
using FlagsService.Evaluation.Definitions;

namespace FlagsService.Evaluation.Compilation;

/// <summary>Roughly how much memory a compiled team holds once it is warm.</summary>
internal static class SizeEstimate
{
    private const int BytesPerFlag = 1024;
    private const int BytesPerCondition = 512;
    private const int BytesPerOutcome = 700;

    public static long Of(TeamDefinitions definitions, long documentBytes, long operandBytes, CompiledFlag[] flags)
    {
        // Stored text, the parsed copy that explanations read, and the index over it.
        var total = (4 * documentBytes) + operandBytes;
        foreach (var cohort in definitions.Cohorts)
        {
            total += 256 + (2L * (cohort.FiltersJson?.Length ?? cohort.GroupsJson?.Length ?? 0));
        }

        foreach (var flag in flags)
        {
            var payload = flag.Payloads.ValueKind == JsonValueKind.Object ? flag.Payloads.GetRawText().Length : 0;

            // Of each condition: a match for every variant, out of its percentage, and no match.
            var outcomes = Math.Clamp(flag.Conditions.Length, 1L, 8) * (Math.Clamp(flag.Variants.Length, 1L, 8) + 2);
            total += BytesPerFlag + ((long)BytesPerCondition * flag.Conditions.Length) + (outcomes * BytesPerOutcome) + (4L * payload);
        }

        return total;
    }
}
