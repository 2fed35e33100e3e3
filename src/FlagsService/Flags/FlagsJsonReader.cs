using System.Text;
using System.Text.Json;
using FlagsService.Evaluation;

namespace FlagsService.Flags;

/// <summary>JSON to the members of a request, over the buffer and without a document in between. A wrong type is an absent member, never an error.</summary>
internal static class FlagsJsonReader
{
    private const int DepthLimit = 128;

    private enum Member
    {
        Other,
        Token,
        ApiKey,
        DollarToken,
        DistinctId,
        DollarDistinctId,
        PersonProperties,
        DollarProperties,
        Groups,
        DollarGroups,
        GroupProperties,
        DollarGroupProperties,
        DollarAnonymousId,
        AnonymousId,
        DollarDeviceId,
        DeviceId,
        FlagKeys,
        FlagKeysToEvaluate,
        EvaluationContexts,
        EvaluationEnvironments,
        EvaluationRuntime,
        DisableFlags,
        Count,
    }

    /// <summary>Reads a body; false when it is no JSON object, even with tolerance for comments, trailing commas and non-finite numbers.</summary>
    internal static bool TryRead(ReadOnlyMemory<byte> json, FlagsRequest target)
    {
        Span<Range> members = stackalloc Range[(int)Member.Count];
        if (!TryIndex(json.Span, members))
        {
            if (JsonNormaliser.Normalise(json.Span, DepthLimit) is not { } normal || !TryIndex(normal, members))
            {
                return false;
            }

            json = normal;
        }

        target.Body = json;
        Fill(json, members, target);
        return true;
    }

    /// <summary>Notes where each known member's value stands. False as well for what a strict reader of the slices could not take: such a body is rewritten first.</summary>
    private static bool TryIndex(ReadOnlySpan<byte> json, Span<Range> members)
    {
        members.Clear();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = DepthLimit });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueIsEscaped && JsonNormaliser.HasLoneSurrogate(reader.ValueSpan))
                {
                    return false;
                }

                var member = Identify(ref reader);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                if (!SkipValue(ref reader))
                {
                    return false;
                }

                members[(int)member] = start..(int)reader.BytesConsumed;
            }

            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool SkipValue(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        while (true)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.Number when !JsonNormaliser.IsFinite(reader.ValueSpan):
                case JsonTokenType.String or JsonTokenType.PropertyName when reader.ValueIsEscaped && JsonNormaliser.HasLoneSurrogate(reader.ValueSpan):
                    return false;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    break;
                default:
                    if (reader.CurrentDepth == depth && reader.TokenType != JsonTokenType.PropertyName)
                    {
                        return true;
                    }

                    break;
            }

            reader.Read();
        }
    }

    private static Member Identify(ref Utf8JsonReader name) =>
        name.ValueTextEquals("token"u8) ? Member.Token
        : name.ValueTextEquals("api_key"u8) ? Member.ApiKey
        : name.ValueTextEquals("$token"u8) ? Member.DollarToken
        : name.ValueTextEquals("distinct_id"u8) ? Member.DistinctId
        : name.ValueTextEquals("$distinct_id"u8) ? Member.DollarDistinctId
        : name.ValueTextEquals("person_properties"u8) ? Member.PersonProperties
        : name.ValueTextEquals("$properties"u8) ? Member.DollarProperties
        : name.ValueTextEquals("groups"u8) ? Member.Groups
        : name.ValueTextEquals("$groups"u8) ? Member.DollarGroups
        : name.ValueTextEquals("group_properties"u8) ? Member.GroupProperties
        : name.ValueTextEquals("$group_properties"u8) ? Member.DollarGroupProperties
        : name.ValueTextEquals("$anon_distinct_id"u8) ? Member.DollarAnonymousId
        : name.ValueTextEquals("anon_distinct_id"u8) ? Member.AnonymousId
        : name.ValueTextEquals("$device_id"u8) ? Member.DollarDeviceId
        : name.ValueTextEquals("device_id"u8) ? Member.DeviceId
        : name.ValueTextEquals("flag_keys"u8) ? Member.FlagKeys
        : name.ValueTextEquals("flag_keys_to_evaluate"u8) ? Member.FlagKeysToEvaluate
        : name.ValueTextEquals("evaluation_contexts"u8) ? Member.EvaluationContexts
        : name.ValueTextEquals("evaluation_environments"u8) ? Member.EvaluationEnvironments
        : name.ValueTextEquals("evaluation_runtime"u8) ? Member.EvaluationRuntime
        : name.ValueTextEquals("disable_flags"u8) ? Member.DisableFlags
        : Member.Other;

    private static void Fill(ReadOnlyMemory<byte> json, ReadOnlySpan<Range> members, FlagsRequest target)
    {
        var token = First(json, members, Member.Token, Member.ApiKey, Member.DollarToken);
        target.Token = token.Span is [(byte)'"', ..] ? Encoding.UTF8.GetString(Text(token).Span) : null;

        var id = First(json, members, Member.DistinctId, Member.DollarDistinctId);
        target.HasDistinctId = id.Span is [(byte)'"' or (byte)'-' or >= (byte)'0' and <= (byte)'9', ..];

        var evaluation = target.Evaluation;
        evaluation.DistinctId = target.HasDistinctId ? Text(id) : default;
        evaluation.PersonPropertiesJson = Object(First(json, members, Member.PersonProperties, Member.DollarProperties));
        evaluation.GroupsJson = Object(First(json, members, Member.Groups, Member.DollarGroups));
        evaluation.GroupPropertiesJson = Object(First(json, members, Member.GroupProperties, Member.DollarGroupProperties));
        evaluation.AnonymousId = TextOnly(First(json, members, Member.DollarAnonymousId, Member.AnonymousId));
        evaluation.DeviceId = TextOnly(First(json, members, Member.DollarDeviceId, Member.DeviceId));
        evaluation.FlagKeys = Texts(First(json, members, Member.FlagKeys, Member.FlagKeysToEvaluate));
        evaluation.EvaluationContexts = Texts(First(json, members, Member.EvaluationContexts, Member.EvaluationEnvironments));
        target.StatedRuntime = Runtime(TextOnly(First(json, members, Member.EvaluationRuntime)).Span);
        target.DisableFlags = First(json, members, Member.DisableFlags).Span is [(byte)'t', ..];
    }

    /// <summary>The first of several names of one field that is there and not null.</summary>
    private static ReadOnlyMemory<byte> First(ReadOnlyMemory<byte> json, ReadOnlySpan<Range> members, params ReadOnlySpan<Member> names)
    {
        foreach (var name in names)
        {
            var value = json[members[(int)name]];
            if (!value.IsEmpty && value.Span[0] != 'n')
            {
                return value;
            }
        }

        return default;
    }

    private static ReadOnlyMemory<byte> Object(ReadOnlyMemory<byte> value) => value.Span is [(byte)'{', ..] ? value : default;

    private static ReadOnlyMemory<byte> TextOnly(ReadOnlyMemory<byte> value) => value.Span is [(byte)'"', ..] ? Text(value) : default;

    /// <summary>Text of a string or of a number; escapes, which are rare in identifiers, cost a copy.</summary>
    private static ReadOnlyMemory<byte> Text(ReadOnlyMemory<byte> value)
    {
        if (value.Span[0] != '"')
        {
            return value;
        }

        if (!value.Span.Contains((byte)'\\'))
        {
            return value[1..^1];
        }

        var reader = new Utf8JsonReader(value.Span);
        reader.Read();
        var unescaped = new byte[value.Length];
        return unescaped.AsMemory(0, reader.CopyString(unescaped));
    }

    private static List<string>? Texts(ReadOnlyMemory<byte> value)
    {
        if (value.Span is not [(byte)'[', ..])
        {
            return null;
        }

        var texts = new List<string>();
        var reader = new Utf8JsonReader(value.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                texts.Add(reader.GetString()!);
            }

            reader.Skip();
        }

        return texts;
    }

    private static RequestRuntime? Runtime(ReadOnlySpan<byte> text) =>
        text.IsEmpty ? null
        : Ascii.EqualsIgnoreCase(text, "client"u8) ? RequestRuntime.Client
        : Ascii.EqualsIgnoreCase(text, "server"u8) ? RequestRuntime.Server
        : RequestRuntime.All;
}
