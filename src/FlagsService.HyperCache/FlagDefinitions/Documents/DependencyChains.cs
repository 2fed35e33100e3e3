using System.Globalization;
using FlagsService.Evaluation.Definitions;

namespace FlagsService.HyperCache.FlagDefinitions.Documents;

/// <summary>For each flag that another depends on: all flags to evaluate first, in order, itself last. Empty where a cycle or a missing flag lies below, which makes SDKs ask the server.</summary>
internal sealed class DependencyChains
{
    private static readonly IReadOnlyList<string> Broken = [];
    private readonly Dictionary<int, ReadableFlag> byId;
    private readonly Dictionary<int, IReadOnlyList<string>> chains = [];
    private readonly HashSet<int> onPath = [];

    internal DependencyChains(IReadOnlyList<ReadableFlag> flags) => byId = flags.ToDictionary(flag => flag.Row.Id);

    /// <summary>Key and chain of a dependency, which is stored by id; an unknown reference stays as it is, with an empty chain.</summary>
    internal (string Key, IReadOnlyList<string> Chain) Resolve(string reference) =>
        TryId(reference, out var id) && byId.TryGetValue(id, out var flag) ? (flag.Row.Key, Chain(id)) : (reference, Broken);

    private IReadOnlyList<string> Chain(int id)
    {
        if (chains.TryGetValue(id, out var known))
        {
            return known;
        }

        // A dependency deeper than this is as good as a cycle to a client, and the stack is finite.
        if (onPath.Count > 500 || !onPath.Add(id))
        {
            return Broken;
        }

        var chain = new List<string>();
        var isBroken = false;
        foreach (var filter in byId[id].Filters.Groups.SelectMany(group => group.Properties).Where(filter => filter.Type == PropertyFilterType.Flag))
        {
            var below = TryId(filter.Key, out var next) && byId.ContainsKey(next) ? Chain(next) : Broken;
            isBroken |= below.Count == 0;
            chain.AddRange(below.Where(key => !chain.Contains(key, StringComparer.Ordinal)));
        }

        onPath.Remove(id);
        chain.Add(byId[id].Row.Key);
        return chains[id] = isBroken ? Broken : chain;
    }

    private static bool TryId(string reference, out int id) => int.TryParse(reference, NumberStyles.None, CultureInfo.InvariantCulture, out id);
}
