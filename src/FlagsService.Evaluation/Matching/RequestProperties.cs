using System.Text;
using System.Text.Json;
using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Lookups;

namespace FlagsService.Evaluation.Matching;

/// <summary>Puts the members of JSON objects into the slots that the team's filters ask for. All other members are passed over.</summary>
internal sealed class RequestProperties(PropertyValues values, ScratchBytes scratch)
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1024 };

    private readonly byte[] createdAt = new byte[40];

    /// <summary>Reads an object of properties. With <paramref name="overwrite"/> a member replaces what the slot has, otherwise what came first wins.</summary>
    public void Read(CompiledFlagSet set, int source, ReadOnlyMemory<byte> json, bool overwrite)
    {
        if (json.IsEmpty || source >= set.PropertyNames.Length)
        {
            return;
        }

        var reader = new Utf8JsonReader(json.Span, Options);
        try
        {
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadMembers(set, source, ref reader, json, overwrite);
            }
        }
        catch (JsonException)
        {
            // Stored text is not checked by every store; what was read up to the fault stands.
        }
    }

    /// <summary>Reads what the caller says about groups; their keys go to <paramref name="groups"/>.</summary>
    public void ReadGroups(CompiledFlagSet set, EvaluationRequest request, Span<GroupState> groups)
    {
        try
        {
            ReadGroupKeys(set, request.GroupsJson, groups);
            ReadGroupProperties(set, request.GroupPropertiesJson, request.GroupsJson, groups);
        }
        catch (JsonException)
        {
            // Nested deeper than anything that could be compared: what was read up to there stands.
        }
    }

    /// <summary>Takes over what storage knows of a person, under what the caller said.</summary>
    public void ReadPerson(CompiledFlagSet set, PersonRow person)
    {
        Read(set, PropertyTable.Person, person.PropertiesJson, overwrite: false);
        if (set.PropertyNames.Length > PropertyTable.Metadata && set.PropertyNames[PropertyTable.Metadata].TryGetValue("created_at"u8, out var slot))
        {
            values.SetText(slot, createdAt.AsMemory(0, WriteInstant(person.CreatedAt)));
        }
    }

    private void ReadGroupKeys(CompiledFlagSet set, ReadOnlyMemory<byte> json, Span<GroupState> groups)
    {
        if (json.IsEmpty)
        {
            return;
        }

        var reader = new Utf8JsonReader(json.Span, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var group = OrdinalOf(set, ref reader);
            reader.Read();
            if (group >= 0)
            {
                groups[group] = GroupKey(ref reader, json);
            }

            reader.Skip();
        }
    }

    // The group's own key is put over whatever the caller called it.
    private void ReadGroupProperties(CompiledFlagSet set, ReadOnlyMemory<byte> json, ReadOnlyMemory<byte> groupsJson, ReadOnlySpan<GroupState> groups)
    {
        var reader = new Utf8JsonReader(json.Span, Options);
        if (!json.IsEmpty && reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var group = OrdinalOf(set, ref reader);
                reader.Read();
                if (group >= 0 && reader.TokenType == JsonTokenType.StartObject)
                {
                    ReadMembers(set, PropertyTable.FirstGroup + group, ref reader, json, overwrite: true);
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        for (var group = 0; group < groups.Length; group++)
        {
            if (groups[group].HasKey)
            {
                SetGroupKey(set, group, groupsJson);
            }
        }
    }

    private void ReadMembers(CompiledFlagSet set, int source, ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, bool overwrite)
    {
        var names = set.PropertyNames[source];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var known = reader.ValueIsEscaped ? names.TryGetValue(Name(ref reader), out var slot) : names.TryGetValue(reader.ValueSpan, out slot);
            reader.Read();
            if (known && (overwrite || !values.IsSet(slot)))
            {
                values.Set(slot, ref reader, json);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void SetGroupKey(CompiledFlagSet set, int group, ReadOnlyMemory<byte> groupsJson)
    {
        var reader = new Utf8JsonReader(groupsJson.Span, Options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var matches = OrdinalOf(set, ref reader) == group;
            reader.Read();
            if (matches)
            {
                values.Set(set.Properties.GroupKeySlots[group], ref reader, groupsJson);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private GroupState GroupKey(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                var text = reader.ValueIsEscaped ? Name(ref reader) : json.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
                return new GroupState { HasKey = !text.IsEmpty, Key = text };
            case JsonTokenType.Number:
                var room = scratch.Take(Math.Max(NumberText.MaxLength, reader.ValueSpan.Length));
                return new GroupState { HasKey = true, Key = scratch.Trim(room, NumberText.Format(reader.ValueSpan, room.Span)) };
            default:
                return default;
        }
    }

    private static int OrdinalOf(CompiledFlagSet set, ref Utf8JsonReader reader)
    {
        var types = set.Properties.GroupTypes;
        for (var i = 0; i < types.Count; i++)
        {
            if (types[i].Name is { } name && reader.ValueTextEquals(name))
            {
                return i;
            }
        }

        return -1;
    }

    private int WriteInstant(DateTimeOffset instant)
    {
        var utc = instant.UtcDateTime;
        var text = utc.Ticks % TimeSpan.TicksPerSecond == 0 ? utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'") : utc.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");
        return Encoding.UTF8.GetBytes(text, createdAt);
    }

    private static byte[] Name(ref Utf8JsonReader reader)
    {
        try
        {
            return JsonText.Unescape(ref reader);
        }
        catch (InvalidOperationException)
        {
            return [];
        }
    }
}
