using System.Text;
using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Lookups;

namespace FlagsService.Evaluation.Matching;

/// <summary>One request seen through the eyes of one team's filters: who the caller is, what is known of it, and the comparisons made so far.</summary>
internal sealed class RequestContext
{
    /// <summary>Longest identifier, in characters; what is longer is cut before anything else.</summary>
    public const int MaxIdentifierCharacters = 200;

    private const byte Missed = 1;
    private const byte Matched = 2;

    private readonly ScratchBytes scratch = new();
    private readonly RequestProperties reader;
    private GroupState[] groups = [];
    private byte[] answers = [];

    public RequestContext()
    {
        Values = new PropertyValues(scratch);
        reader = new RequestProperties(Values, scratch);
    }

    public CompiledFlagSet Set { get; private set; } = null!;

    public EvaluationRequest Request { get; private set; } = null!;

    public PropertyValues Values { get; }

    /// <summary>The distinct id, cut.</summary>
    public ReadOnlyMemory<byte> DistinctId { get; private set; }

    /// <summary>The device; empty when unknown.</summary>
    public ReadOnlyMemory<byte> DeviceId { get; private set; }

    /// <summary>The identifier before identification, cut; empty when none was sent.</summary>
    public ReadOnlyMemory<byte> AnonymousId { get; private set; }

    /// <summary>Stored hash keys by flag key; null when they were not wanted.</summary>
    public IReadOnlyDictionary<string, string>? HashKeys { get; private set; }

    public Preparation Preparation { get; private set; }

    public Span<GroupState> Groups => groups.AsSpan(0, Set.Properties.GroupTypes.Count);

    /// <summary>Takes over what the caller sent.</summary>
    public void Begin(CompiledFlagSet set, EvaluationRequest request)
    {
        scratch.Clear();
        (Set, Request) = (set, request);
        Values.Reset(set.Properties.Count);
        Values.Now = request.Now;
        HashKeys = null;
        Preparation = Preparation.Skipped;
        ClearAnswers(set.PredicateCount);

        reader.Read(set, PropertyTable.Person, request.PersonPropertiesJson, overwrite: true);
        DistinctId = Cut(request.DistinctId);
        DeviceId = request.DeviceId.IsEmpty ? OverrideText(set.Properties.DeviceId) : request.DeviceId;
        AnonymousId = Cut(request.AnonymousId.IsEmpty ? OverrideText(set.Properties.AnonymousId) : request.AnonymousId);
        if (!Values.IsSet(set.Properties.DistinctId))
        {
            Values.SetText(set.Properties.DistinctId, DistinctId);
        }

        ReadGroups(set, request);
    }

    /// <summary>Adds what storage answered, under what the caller sent.</summary>
    public void Complete(LookupResult lookup, bool wantsProperties, bool wantsHashKeys)
    {
        HashKeys = wantsHashKeys && lookup.HashKeyFailure is null ? lookup.HashKeyOverrides : null;
        Preparation = !wantsProperties ? Preparation.Skipped : lookup.PropertiesFailure is null ? Preparation.Ran : Preparation.Failed;
        if (Preparation == Preparation.Ran)
        {
            if (lookup.Person is { } person && !Request.OnlyOverrideProperties)
            {
                reader.ReadPerson(Set, person);
            }

            for (var i = 0; i < lookup.Groups.Count; i++)
            {
                ReadGroupRow(lookup.Groups[i]);
            }
        }

        var fills = Set.Properties.Fills;
        for (var i = 0; i < fills.Count; i++)
        {
            if (!Values.IsSet(fills[i].Slot) && Values.IsSet(fills[i].From))
            {
                Values.Copy(fills[i].From, fills[i].Slot);
            }
        }
    }

    /// <summary>Whether storage has to be asked before this flag can be decided.</summary>
    public bool NeedsPreparation(CompiledFlag flag)
    {
        var needs = flag.Needs;
        if (needs.HasCohort)
        {
            return true;
        }

        if (!Request.OnlyOverrideProperties && (needs.HasMetadata || !AreSet(needs.PersonSlots)))
        {
            return true;
        }

        foreach (var (group, slot) in needs.GroupSlots)
        {
            if (groups[group].HasKey && !Values.IsSet(slot))
            {
                return true;
            }
        }

        return false;
    }

    public bool AreSet(int[] slots)
    {
        foreach (var slot in slots)
        {
            if (!Values.IsSet(slot))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a comparison holds; made once for each request.</summary>
    public bool Matches(CompiledPredicate predicate)
    {
        ref var answer = ref answers[predicate.Index];
        if (answer == 0)
        {
            answer = Compare(predicate) ? Matched : Missed;
        }

        return answer == Matched;
    }

    public void End()
    {
        scratch.Clear();
        Values.Reset(0);
        groups.AsSpan().Clear();
        (Set, Request, HashKeys) = (null!, null!, null);
        DistinctId = DeviceId = AnonymousId = default;
    }

    private static ReadOnlyMemory<byte> Cut(ReadOnlyMemory<byte> text)
    {
        if (text.Length <= MaxIdentifierCharacters)
        {
            return text;
        }

        var rest = text.Span;
        for (var i = 0; i < MaxIdentifierCharacters && !rest.IsEmpty; i++)
        {
            _ = Rune.DecodeFromUtf8(rest, out _, out var length);
            rest = rest[length..];
        }

        return text[..^rest.Length];
    }

    private bool Compare(CompiledPredicate predicate)
    {
        if (predicate.Slot >= 0 && Values.IsSet(predicate.Slot))
        {
            return predicate.Test.Matches(Values, predicate.Slot);
        }

        return predicate.Test.WhenAbsent && IsKnownAbsent(predicate.Source);
    }

    // What was never fetched although it should have been may exist: then nothing holds, least of all a negative comparison.
    private bool IsKnownAbsent(int source)
    {
        if (source < 0 || Preparation == Preparation.Skipped)
        {
            return true;
        }

        if (source < PropertyTable.FirstGroup)
        {
            return Preparation == Preparation.Ran || Request.OnlyOverrideProperties;
        }

        var group = source - PropertyTable.FirstGroup;
        return Set.Properties.GroupTypes[group].Name is not null && (!groups[group].HasKey || (Preparation == Preparation.Ran && groups[group].IsFetched));
    }

    private ReadOnlyMemory<byte> OverrideText(int slot) => Values.Kind(slot) == System.Text.Json.JsonTokenType.String ? Values.TextMemory(slot) : default;

    private void ReadGroups(CompiledFlagSet set, EvaluationRequest request)
    {
        var count = set.Properties.GroupTypes.Count;
        if (groups.Length < count)
        {
            groups = new GroupState[count];
        }

        groups.AsSpan().Clear();
        if (count > 0)
        {
            reader.ReadGroups(set, request, Groups);
        }
    }

    private void ReadGroupRow(GroupRow row)
    {
        var types = Set.Properties.GroupTypes;
        for (var i = 0; i < types.Count; i++)
        {
            if (types[i].Type == row.TypeIndex)
            {
                reader.Read(Set, PropertyTable.FirstGroup + i, row.PropertiesJson, overwrite: false);
            }
        }
    }

    private void ClearAnswers(int count)
    {
        if (answers.Length < count)
        {
            answers = new byte[count];
        }

        answers.AsSpan(0, count).Clear();
    }
}
