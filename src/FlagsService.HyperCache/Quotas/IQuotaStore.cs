namespace FlagsService.HyperCache.Quotas;

/// <summary>Reads which projects are over a quota. Billing writes it; this service only reads.</summary>
public interface IQuotaStore
{
    /// <summary>Public tokens that are over the quota at <paramref name="now"/>, each with the Unix second at which that ends. Secrets are left out: a project always has its public token there.</summary>
    ValueTask<StoreAnswer<IReadOnlyDictionary<string, long>>> ReadLimitedAsync(QuotaResource resource, DateTimeOffset now, CancellationToken cancellationToken);
}
