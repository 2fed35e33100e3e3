using System.Collections.Concurrent;

namespace FlagsService.Flags;

/// <summary>Workspaces that are not in use.</summary>
internal sealed class FlagsWorkspaces
{
    private const int Kept = 256;
    private readonly ConcurrentBag<FlagsWorkspace> free = [];

    internal FlagsWorkspace Rent() => free.TryTake(out var workspace) ? workspace : new FlagsWorkspace();

    internal void Return(FlagsWorkspace workspace)
    {
        workspace.Reset();
        if (free.Count < Kept)
        {
            free.Add(workspace);
        }
    }
}
