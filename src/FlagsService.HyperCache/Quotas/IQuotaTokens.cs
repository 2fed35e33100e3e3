namespace FlagsService.HyperCache.Quotas;

/// <summary>Which tokens stand for a project among those that are over a quota. Capture looks up the very token that it was sent, so each of them must be there.</summary>
public interface IQuotaTokens
{
    /// <summary>False where billing has no place to write limits, and nothing has to be moved.</summary>
    bool IsConfigured { get; }

    /// <summary>Copies the project's active limits to the tokens it has now and takes the others out; false when that has to be tried again.</summary>
    ValueTask<bool> MoveAsync(QuotaTokenMove move, DateTimeOffset now, CancellationToken cancellationToken);
}
