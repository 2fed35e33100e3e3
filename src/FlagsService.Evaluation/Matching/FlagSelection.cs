using FlagsService.Evaluation.Compilation;

namespace FlagsService.Evaluation.Matching;

/// <summary>Which flags of a team one request is about, and what they need from storage.</summary>
internal sealed class FlagSelection
{
    private const string SurveyPrefix = "survey-targeting-";

    private const byte Wanted = 1;
    private const byte Excluded = 2;
    private const byte Prepares = 4;

    private readonly Stack<CompiledFlag> open = new();
    private byte[] marks = [];
    private int count;

    /// <summary>Every staged flag, and none needs storage: no flag has a mark of its own.</summary>
    public bool IsEverything { get; private set; }

    public int UnknownKeys { get; private set; }

    public bool NeedsProperties { get; private set; }

    public bool NeedsHashKeys { get; private set; }

    /// <summary>Some selected flag names a group type.</summary>
    public bool MentionsGroups { get; private set; }

    public void Begin(RequestContext context)
    {
        var set = context.Set;
        var request = context.Request;
        UnknownKeys = 0;
        NeedsProperties = NeedsHashKeys = MentionsGroups = false;
        IsEverything = set.IsUnrestricted && request.FlagKeys is null && !request.OnlySurveyFlags && !set.HasOtherNeeds && context.AreSet(set.NeededPersonSlots);
        if (IsEverything)
        {
            return;
        }

        count = set.Flags.Count;
        if (marks.Length < count)
        {
            marks = new byte[count];
        }

        marks.AsSpan(0, count).Clear();
        if (request.FlagKeys is { } keys)
        {
            MarkRequested(set, keys);
        }

        foreach (var stage in set.Stages)
        {
            foreach (var flag in stage)
            {
                Select(context, flag, request.FlagKeys is null);
            }
        }
    }

    /// <summary>Whether the flag is evaluated.</summary>
    public bool Includes(CompiledFlag flag) => IsEverything || (marks[flag.Position] & (Wanted | Excluded)) == Wanted;

    /// <summary>Whether the flag counts as false for those that depend on it, without having been evaluated.</summary>
    public bool IsSeededFalse(CompiledFlag flag) => !flag.IsActive || (!IsEverything && (marks[flag.Position] & Excluded) != 0);

    /// <summary>Whether the flag cannot be decided without storage.</summary>
    public bool NeedsPreparation(CompiledFlag flag) => !IsEverything && (marks[flag.Position] & Prepares) != 0;

    private static bool IsExcluded(CompiledFlag flag, EvaluationRequest request)
    {
        if (request.OnlySurveyFlags && !flag.Key.StartsWith(SurveyPrefix, StringComparison.Ordinal))
        {
            return true;
        }

        var runs = request.Runtime == RequestRuntime.All || flag.Runtime == RequestRuntime.All || request.Runtime == flag.Runtime;
        return !runs || !SharesContext(flag.Contexts, request.EvaluationContexts);
    }

    private static bool SharesContext(IReadOnlyList<string> flag, IReadOnlyList<string>? request)
    {
        if (flag.Count == 0 || request is null || request.Count == 0)
        {
            return true;
        }

        for (var i = 0; i < flag.Count; i++)
        {
            for (var j = 0; j < request.Count; j++)
            {
                if (string.Equals(flag[i], request[j], StringComparison.Ordinal))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void Select(RequestContext context, CompiledFlag flag, bool all)
    {
        ref var mark = ref marks[flag.Position];
        mark |= all ? Wanted : (byte)0;
        if (IsExcluded(flag, context.Request))
        {
            mark |= Excluded;
            return;
        }

        if (mark != Wanted || flag.IsMissingDependency)
        {
            return;
        }

        MentionsGroups |= flag.MentionsGroups;
        NeedsHashKeys |= flag.NeedsHashKey;
        if (context.NeedsPreparation(flag))
        {
            mark |= Prepares;
            NeedsProperties = true;
            foreach (var group in flag.Needs.Groups)
            {
                context.Groups[group].IsFetched = context.Groups[group].HasKey;
            }
        }
    }

    private void MarkRequested(CompiledFlagSet set, IReadOnlyList<string> keys)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            if (!set.TryFind(keys[i], out var flag))
            {
                UnknownKeys++;
                continue;
            }

            open.Push(flag);
            while (open.TryPop(out var next))
            {
                ref var mark = ref marks[next.Position];
                if (mark == Wanted || !next.IsActive)
                {
                    continue;
                }

                mark = Wanted;
                foreach (var dependency in next.Dependencies)
                {
                    open.Push(set.FlagAt(dependency));
                }
            }
        }
    }
}
