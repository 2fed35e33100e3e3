using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using FlagsService.Evaluation.Results;

namespace FlagsService.Flags;

/// <summary>Answers to bytes: members that were rendered when the flags were compiled, and the few that belong to the request.</summary>
internal sealed class FlagsResponseWriter
{
    private byte[] buffer = new byte[16 * 1024];
    private int length;
    private bool needsComma;

    /// <summary>The answer; valid until the next one is written.</summary>
    internal ReadOnlyMemory<byte> Write(in FlagsResponse response, FlagsShape shape)
    {
        length = 0;
        Raw("{"u8);
        needsComma = false;
        switch (shape)
        {
            case FlagsShape.V2:
                WriteErrors(response);
                WriteFlags(response.Results);
                break;
            case FlagsShape.V1:
                WriteErrors(response);
                WriteValues(response.Results);
                WritePayloads(response.Results);
                break;
            case FlagsShape.DecideV2:
                WriteEnabledValues(response.Results);
                break;
            default:
                WriteEnabledKeys(response.Results);
                break;
        }

        WriteCommon(response, shape);
        Raw("}"u8);
        return buffer.AsMemory(0, length);
    }

    private void WriteErrors(in FlagsResponse response)
    {
        Name("errorsWhileComputingFlags"u8);
        Raw(response.Results is { ErrorsWhileComputing: true } ? "true"u8 : "false"u8);
    }

    private void WriteFlags(EvaluationResults? results)
    {
        Open("flags"u8, "{"u8);
        foreach (var outcome in Outcomes(results))
        {
            Comma();
            if (results!.Traces is { } traces && traces.TryGetValue(outcome.Flag.Key, out var conditions))
            {
                Raw(outcome.V2Member.Span[..^1]);
                Raw(",\"conditions\":"u8);
                Raw(ConditionTraces.Render(conditions));
                Raw("}"u8);
            }
            else
            {
                Raw(outcome.V2Member.Span);
            }
        }

        Close("}"u8);
    }

    private void WriteValues(EvaluationResults? results)
    {
        Open("featureFlags"u8, "{"u8);
        foreach (var outcome in Outcomes(results))
        {
            Comma();
            Raw(outcome.ValueMember.Span);
        }

        Close("}"u8);
    }

    private void WritePayloads(EvaluationResults? results)
    {
        Open("featureFlagPayloads"u8, "{"u8);
        foreach (var outcome in Outcomes(results))
        {
            if (!outcome.PayloadMember.IsEmpty)
            {
                Comma();
                Raw(outcome.PayloadMember.Span);
            }
        }

        Close("}"u8);
    }

    private void WriteEnabledValues(EvaluationResults? results)
    {
        Open("featureFlags"u8, "{"u8);
        foreach (var outcome in Outcomes(results))
        {
            if (outcome.Enabled)
            {
                Comma();
                Raw(outcome.ValueMember.Span);
            }
        }

        Close("}"u8);
    }

    private void WriteEnabledKeys(EvaluationResults? results)
    {
        Open("featureFlags"u8, "["u8);
        foreach (var outcome in Outcomes(results))
        {
            if (outcome.Enabled)
            {
                Comma();
                Raw(JsonSerializer.SerializeToUtf8Bytes(outcome.Flag.Key));
            }
        }

        Close("]"u8);
    }

    private void WriteCommon(in FlagsResponse response, FlagsShape shape)
    {
        if (response.IsQuotaLimited && response.Config is null)
        {
            Name("quotaLimited"u8);
            Raw("[\"feature_flags\"]"u8);
        }

        Name("requestId"u8);
        Reserve(38);
        buffer[length] = (byte)'"';
        Utf8Formatter.TryFormat(response.RequestId, buffer.AsSpan(length + 1), out var written);
        length += written + 1;
        Raw("\""u8);
        Name("evaluatedAt"u8);
        Reserve(20);
        Utf8Formatter.TryFormat(response.EvaluatedAt, buffer.AsSpan(length), out written);
        length += written;
        if (response.MinimalFlagCalledEvents && shape == FlagsShape.V2)
        {
            Name("minimalFlagCalledEvents"u8);
            Raw("true"u8);
        }

        if (response.Config is { } config)
        {
            foreach (var (name, value) in config)
            {
                Comma();
                Raw(JsonSerializer.SerializeToUtf8Bytes(name));
                Raw(":"u8);
                Raw(Encoding.UTF8.GetBytes(value?.ToJsonString() ?? "null"));
            }
        }
    }

    private static ReadOnlySpan<FlagOutcome> Outcomes(EvaluationResults? results) => results is null ? default : results.Outcomes;

    private void Name(ReadOnlySpan<byte> name)
    {
        Comma();
        Raw("\""u8);
        Raw(name);
        Raw("\":"u8);
    }

    private void Open(ReadOnlySpan<byte> name, ReadOnlySpan<byte> bracket)
    {
        Name(name);
        Raw(bracket);
        needsComma = false;
    }

    private void Close(ReadOnlySpan<byte> bracket)
    {
        Raw(bracket);
        needsComma = true;
    }

    private void Comma()
    {
        if (needsComma)
        {
            Raw(","u8);
        }

        needsComma = true;
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    private void Reserve(int more)
    {
        if (buffer.Length - length < more)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + more));
        }
    }
}
