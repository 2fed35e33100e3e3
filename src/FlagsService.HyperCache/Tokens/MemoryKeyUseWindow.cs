using FlagsService.HyperCache.Memory;

namespace FlagsService.HyperCache.Tokens;

/// <summary>The hour of each key in this process, where no other shares it.</summary>
public sealed class MemoryKeyUseWindow(TimeProvider time) : IKeyUseWindow
{
    private const int Remembered = 100_000;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly BoundedCache<KeyUse, bool> opened = new(Remembered, time);

    /// <inheritdoc/>
    public ValueTask<bool?> OpenAsync(KeyUse use, CancellationToken cancellationToken)
    {
        if (opened.ContainsFresh(use))
        {
            return new(false);
        }

        opened.Set(use, true, Hour);
        return new(true);
    }
}
