using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Parsing;

namespace FlagsService.RequestLogging;

/// <summary>Log events as one line of JSON each, without secrets: whatever reaches a line, exceptions and property names too, has been through the redactor whole.</summary>
/// <remarks>Not thread-safe: it belongs to one sink, which writes one event at a time.</remarks>
internal sealed class JsonLines : ITextFormatter, IDisposable
{
    private const int LargestKept = 256 * 1024;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    private readonly Utf8JsonWriter json = new(Stream.Null, Options);
    private ArrayBufferWriter<byte> bytes = new(4096);
    private char[] text = new char[4096];

    public void Format(LogEvent logEvent, TextWriter output)
    {
        Begin();
        Write(logEvent);
        End(output);
    }

    public void Dispose() => json.Dispose();

    internal void Format(CanonicalLine line, TextWriter output)
    {
        Begin();
        line.WriteTo(json);
        End(output);
    }

    private void Begin()
    {
        bytes.ResetWrittenCount();
        json.Reset(bytes);
        json.WriteStartObject();
    }

    private void End(TextWriter output)
    {
        json.WriteEndObject();
        json.Flush();
        var written = bytes.WrittenSpan;
        if (text.Length < written.Length)
        {
            text = new char[written.Length];
        }

        TokenRedactor.Write(text.AsSpan(0, Encoding.UTF8.GetChars(written, text)), output);
        output.Write('\n');
        if (text.Length > LargestKept)
        {
            bytes = new(4096);
            text = new char[4096];
        }
    }

    private void Write(LogEvent logEvent)
    {
        json.WriteString("timestamp", logEvent.Timestamp.UtcDateTime);
        json.WriteString("level", Name(logEvent.Level));
        json.WriteString("message", Message(logEvent));
        foreach (var (name, value) in logEvent.Properties)
        {
            json.WritePropertyName(name == Serilog.Core.Constants.SourceContextPropertyName ? "source" : name);
            WriteValue(value);
        }

        if (logEvent.TraceId is { } trace)
        {
            json.WriteString("trace_id", trace.ToHexString());
            json.WriteString("span_id", logEvent.SpanId?.ToHexString());
        }

        if (logEvent.Exception is { } exception)
        {
            json.WriteString("exception", exception.ToString());
        }
    }

    /// <summary>The message in words. Texts stand in it as they are, where Serilog would put them in quotes.</summary>
    private static string Message(LogEvent logEvent)
    {
        if (logEvent.MessageTemplate.Text is var plain && !plain.AsSpan().ContainsAny('{', '}'))
        {
            return plain;
        }

        using var message = new StringWriter(CultureInfo.InvariantCulture);
        foreach (var token in logEvent.MessageTemplate.Tokens)
        {
            if (token is PropertyToken property && logEvent.Properties.TryGetValue(property.PropertyName, out var value) && value is ScalarValue { Value: string text })
            {
                message.Write(text);
            }
            else
            {
                token.Render(logEvent.Properties, message, CultureInfo.InvariantCulture);
            }
        }

        return message.ToString();
    }

    private void WriteValue(LogEventPropertyValue value)
    {
        switch (value)
        {
            case ScalarValue scalar:
                WriteScalar(scalar.Value);
                break;
            case SequenceValue sequence:
                json.WriteStartArray();
                foreach (var element in sequence.Elements)
                {
                    WriteValue(element);
                }

                json.WriteEndArray();
                break;
            case StructureValue structure:
                json.WriteStartObject();
                foreach (var property in structure.Properties)
                {
                    json.WritePropertyName(property.Name);
                    WriteValue(property.Value);
                }

                json.WriteEndObject();
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }

    private void WriteScalar(object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool boolean:
                json.WriteBooleanValue(boolean);
                break;
            case int or long or short or byte or uint:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static string Name(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "verbose",
        LogEventLevel.Debug => "debug",
        LogEventLevel.Information => "information",
        LogEventLevel.Warning => "warning",
        LogEventLevel.Error => "error",
        _ => "fatal",
    };
}
