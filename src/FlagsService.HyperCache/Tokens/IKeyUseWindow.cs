namespace FlagsService.HyperCache.Tokens;

/// <summary>Remembers for an hour that a key was used, so that its row is stamped once an hour and not at every request.</summary>
public interface IKeyUseWindow
{
    /// <summary>True for the first use within an hour, which begins with it; false for another one; null when nobody could tell.</summary>
    ValueTask<bool?> OpenAsync(KeyUse use, CancellationToken cancellationToken);
}
