using System.Buffers;
using System.Text;
using System.Text.Json;
using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Matching;

namespace FlagsService.Evaluation.Results;

/// <summary>Renders an outcome into the members that answers are put together from.</summary>
internal static class OutcomeRenderer
{
    public static FlagOutcome Render(CompiledFlag flag, bool enabled, string? variant, FlagReason reason, bool failed, string? payload)
    {
        // Clients read an empty variant in different ways; null is what all of them take for "no variant".
        var shown = string.IsNullOrEmpty(variant) ? null : variant;
        return new FlagOutcome
        {
            Flag = flag,
            Enabled = enabled,
            Variant = shown,
            Reason = reason,
            Failed = failed,
            Payload = payload,
            DependencyVariant = variant,
            V2Member = Member(flag.Key, target => AppendRecord(target, flag, enabled, shown, reason, failed, payload)),
            ValueMember = Member(flag.Key, target => AppendText(target, shown is null ? (enabled ? "true" : "false") : PayloadText.Quote(shown))),
            PayloadMember = payload is null ? default : Member(flag.Key, target => AppendQuoted(target, payload)),
        };
    }

    private static byte[] Member(string key, Action<ArrayBufferWriter<byte>> value)
    {
        var target = new ArrayBufferWriter<byte>(512);
        AppendQuoted(target, key);
        AppendText(target, ":");
        value(target);
        return target.WrittenSpan.ToArray();
    }

    private static void AppendQuoted(ArrayBufferWriter<byte> target, string text) => JsonText.AppendQuoted(Encoding.UTF8.GetBytes(text), target);

    private static void AppendText(ArrayBufferWriter<byte> target, string text) => Encoding.UTF8.GetBytes(text, target);

    // The record ends with its closing brace, before which an explanation is put where one is asked for.
    private static void AppendRecord(ArrayBufferWriter<byte> target, CompiledFlag flag, bool enabled, string? variant, FlagReason reason, bool failed, string? payload)
    {
        using var writer = new Utf8JsonWriter(target, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteString("key"u8, flag.Key);
        writer.WriteBoolean("enabled"u8, enabled);
        writer.WriteString("variant"u8, variant);
        if (failed)
        {
            writer.WriteBoolean("failed"u8, true);
        }

        writer.WriteStartObject("reason"u8);
        writer.WriteString("code"u8, reason.Code);
        if (reason.ConditionIndex is { } index)
        {
            writer.WriteNumber("condition_index"u8, index);
        }
        else
        {
            writer.WriteNull("condition_index"u8);
        }

        writer.WriteString("description"u8, reason.Description);
        writer.WriteEndObject();
        writer.WriteStartObject("metadata"u8);
        writer.WriteNumber("id"u8, flag.Id);
        writer.WriteNumber("version"u8, flag.Version);
        writer.WriteNull("description"u8);
        writer.WriteString("payload"u8, payload);
        writer.WriteBoolean("has_experiment"u8, flag.HasExperiment);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
    }
}
