using System.Collections.Concurrent;

namespace FlagsService.Flags;

/// <summary>Workspaces that are not in use.</summary>
internal sealed class FlagsWorkspaces
{
    private const int Kept = 256;
    private readonly ConcurrentQueue<FlagsWorkspace> free = [];
    private int count;

    internal FlagsWorkspace Rent()
    {
        if (!free.TryDequeue(out var workspace))
        {
            return new FlagsWorkspace();
        }

        Interlocked.Decrement(ref count);
        return workspace;
    }

    internal void Return(FlagsWorkspace workspace)
    {
        workspace.Reset();
        if (Interlocked.Increment(ref count) <= Kept)
        {
            free.Enqueue(workspace);
        }
        else
        {
            Interlocked.Decrement(ref count);
        }
    }
}
