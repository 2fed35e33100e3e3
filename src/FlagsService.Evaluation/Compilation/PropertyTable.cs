using System.Text;
using FlagsService.Evaluation.Matching;

namespace FlagsService.Evaluation.Compilation;

/// <summary>The properties that a team's filters ask for: each gets a slot, so that a request's properties are looked up by name once.</summary>
internal sealed class PropertyTable
{
    public const int Nowhere = -1;
    public const int Person = 0;
    public const int Metadata = 1;
    public const int FirstGroup = 2;

    private static readonly string[] InitialFromDollar =
    [
        "$app_build", "$app_name", "$app_namespace", "$app_version", "$browser", "$browser_version", "$device_type", "$current_url", "$pathname", "$os", "$os_version",
        "$referring_domain", "$referrer", "$screen_height", "$screen_width", "$viewport_height", "$viewport_width", "$raw_user_agent",
    ];

    private static readonly string[] InitialFromName =
    [
        "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "gclid", "gad_source", "gclsrc", "dclid", "gbraid", "wbraid", "fbclid", "msclkid", "twclid",
        "li_fat_id", "mc_cid", "igshid", "ttclid", "rdt_cid", "epik", "qclid", "sccid", "irclid", "_kx",
    ];

    private static readonly Dictionary<string, string> InitialSources = InitialFromDollar.Select(name => ("$initial_" + name[1..], name))
        .Concat(InitialFromName.Select(name => ("$initial_" + name, name)))
        .ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);

    private readonly List<Dictionary<byte[], int>> names = [];
    private readonly List<(int Slot, int From)> fills = [];
    private readonly List<(int Type, byte[]? Name)> groupTypes = [];
    private readonly IReadOnlyDictionary<int, string> mapping;

    public PropertyTable(IReadOnlyDictionary<int, string>? mapping)
    {
        this.mapping = mapping ?? new Dictionary<int, string>();
        DistinctId = Intern(Person, "distinct_id");
        DeviceId = Intern(Person, "$device_id");
        AnonymousId = Intern(Person, "$anon_distinct_id");
    }

    public int Count { get; private set; }

    public int DistinctId { get; }

    public int DeviceId { get; }

    public int AnonymousId { get; }

    /// <summary>Slots that are filled from another one when they are absent, in the order in which that happens.</summary>
    public IReadOnlyList<(int Slot, int From)> Fills => fills;

    /// <summary>The group types that flags name, with the name that callers use; null for one without a name.</summary>
    public IReadOnlyList<(int Type, byte[]? Name)> GroupTypes => groupTypes;

    /// <summary>Slot of the group's own key, by ordinal.</summary>
    public List<int> GroupKeySlots { get; } = [];

    public int Intern(int source, string name)
    {
        while (names.Count <= source)
        {
            names.Add(new Dictionary<byte[], int>(Utf8Comparer.Instance));
        }

        var key = Encoding.UTF8.GetBytes(name);
        if (names[source].TryGetValue(key, out var slot))
        {
            return slot;
        }

        slot = Count++;
        names[source].Add(key, slot);
        if (source == Person)
        {
            AddFills(slot, name);
        }

        return slot;
    }

    /// <summary>The ordinal of a group type.</summary>
    public int InternGroup(int type)
    {
        var ordinal = groupTypes.FindIndex(known => known.Type == type);
        if (ordinal < 0)
        {
            ordinal = groupTypes.Count;
            groupTypes.Add((type, mapping.TryGetValue(type, out var name) ? Encoding.UTF8.GetBytes(name) : null));
            GroupKeySlots.Add(Intern(FirstGroup + ordinal, "$group_key"));
        }

        return ordinal;
    }

    /// <summary>The finished tables by source, for names that are still part of a request.</summary>
    public Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>>[] ToLookups() => [.. names.Select(table => table.GetAlternateLookup<ReadOnlySpan<byte>>())];

    private void AddFills(int slot, string name)
    {
        if (name is "$os" or "$os_name")
        {
            fills.Insert(0, (slot, Intern(Person, name is "$os" ? "$os_name" : "$os")));
        }
        else if (InitialSources.TryGetValue(name, out var from))
        {
            var source = Intern(Person, from);
            fills.Add((slot, source));
        }
    }
}
