using FlagsService.HyperCache.Tokens;

namespace FlagsService.Credentials;

/// <summary>Stamps <c>last_used_at</c> of keys that were used, once an hour. Best effort: trouble means that a stamp is left out, never that a request is.</summary>
internal sealed partial class KeyUseStamping(KeyUses uses, IKeyUseWindow window, IAuthRecordStore store, ILogger<KeyUseStamping> logger) : BackgroundService
{
    private bool isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var use in uses.ReadAllAsync(stoppingToken))
        {
            try
            {
                Note(await StampAsync(use, stoppingToken) ? null : "redis_unavailable");
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Note(exception.GetType().Name);
            }
        }
    }

    private async Task<bool> StampAsync(KeyUse use, CancellationToken cancellationToken)
    {
        if (await window.OpenAsync(use, cancellationToken) is not { } isFirst)
        {
            return false;
        }

        if (isFirst)
        {
            await store.TouchAsync(use.Kind, use.KeyId, cancellationToken);
        }

        return true;
    }

    // Said once, however many keys it concerns.
    private void Note(string? trouble)
    {
        if (trouble is not null && !isFailing)
        {
            Skipped(logger, trouble);
        }

        isFailing = trouble is not null;
    }

    [LoggerMessage(EventId = 62, Level = LogLevel.Warning, Message = "The last use of keys is not noted for now ({Trouble})")]
    private static partial void Skipped(ILogger logger, string trouble);
}
