using System.Diagnostics;
using FlagsService.RequestLogging;
using OpenTelemetry;

namespace FlagsService.Observability;

/// <summary>The last look at a span before it leaves: texts lose their secrets. What can no longer be changed keeps a span with a secret from being sent.</summary>
internal sealed class TraceRedaction : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        data.DisplayName = TokenRedactor.Redact(data.DisplayName);
        data.TraceStateString = data.TraceStateString is { } state ? TokenRedactor.Redact(state) : null;
        if (data.StatusDescription is { } status)
        {
            data.SetStatus(data.Status, TokenRedactor.Redact(status));
        }

        List<KeyValuePair<string, string>>? changed = null;
        foreach (var (name, value) in data.EnumerateTagObjects())
        {
            if (value is string text && TokenRedactor.Redact(text) is var clean && !ReferenceEquals(clean, text))
            {
                (changed ??= []).Add(new(name, clean));
            }
        }

        foreach (var (name, value) in changed ?? [])
        {
            data.SetTag(name, value);
        }

        if (HasSecretEvent(data))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }

    private static bool HasSecretEvent(Activity data)
    {
        foreach (var happened in data.Events)
        {
            foreach (var (_, value) in happened.Tags)
            {
                if (value is string text && !ReferenceEquals(TokenRedactor.Redact(text), text))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
