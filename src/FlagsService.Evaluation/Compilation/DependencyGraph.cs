namespace FlagsService.Evaluation.Compilation;

/// <summary>In which order flags are evaluated: computed from all active flags, before any request narrows them.</summary>
internal sealed class DependencyGraph
{
    private readonly CompiledFlag[] flags;
    private readonly Dictionary<int, int> byId = [];

    public DependencyGraph(CompiledFlag[] flags)
    {
        this.flags = flags;
        foreach (var flag in flags)
        {
            byId.TryAdd(flag.Id, flag.Position);
        }

        Connect();
        SpreadMissing();
        Order();
    }

    /// <summary>Positions of the active flags, those without dependencies first; flags of a cycle, and all above them, are left out.</summary>
    public List<CompiledFlag[]> Stages { get; } = [];

    /// <summary>Some flags depend on themselves.</summary>
    public bool HasCycle { get; private set; }

    private IEnumerable<CompiledFlag> Active => flags.Where(flag => flag.IsActive);

    private void Connect()
    {
        foreach (var flag in flags)
        {
            foreach (var test in flag.Conditions.SelectMany(condition => condition.Dependencies))
            {
                test.Target = test.TargetId is { } id && byId.TryGetValue(id, out var target) ? target : -1;
            }

            flag.Dependencies = [.. flag.DependencyIds.Where(byId.ContainsKey).Select(id => byId[id])];
            flag.IsMissingDependency = flag.IsActive && flag.Dependencies.Length < flag.DependencyIds.Length;
        }
    }

    private void SpreadMissing()
    {
        var dependents = Dependents();
        var pending = new Stack<int>(Active.Where(flag => flag.IsMissingDependency).Select(flag => flag.Position));
        while (pending.TryPop(out var position))
        {
            foreach (var dependent in dependents[position].Where(dependent => !flags[dependent].IsMissingDependency))
            {
                flags[dependent].IsMissingDependency = true;
                pending.Push(dependent);
            }
        }
    }

    private void Order()
    {
        var dependents = Dependents();
        var waiting = new int[flags.Length];
        foreach (var flag in Active)
        {
            waiting[flag.Position] = flag.Dependencies.Count(target => flags[target].IsActive);
        }

        var staged = 0;
        var stage = Active.Where(flag => waiting[flag.Position] == 0).ToArray();
        while (stage.Length > 0)
        {
            Stages.Add(stage);
            staged += stage.Length;
            stage = [.. stage.SelectMany(flag => dependents[flag.Position]).Where(dependent => --waiting[dependent] == 0).Select(dependent => flags[dependent])];
        }

        HasCycle = staged < Active.Count();
    }

    private List<int>[] Dependents()
    {
        var dependents = Array.ConvertAll(flags, _ => new List<int>());
        foreach (var flag in Active)
        {
            foreach (var target in flag.Dependencies)
            {
                dependents[target].Add(flag.Position);
            }
        }

        return dependents;
    }
}
