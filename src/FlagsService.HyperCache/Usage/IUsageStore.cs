namespace FlagsService.HyperCache.Usage;

/// <summary>Where billing collects usage.</summary>
public interface IUsageStore
{
    /// <summary>False where there is no such place.</summary>
    bool IsConfigured { get; }

    /// <summary>Adds a batch to the counters of one period, all of it or nothing, and only once however often it is tried: a batch that may have arrived is sent again under the same number.</summary>
    /// <param name="writer">Names this process.</param>
    /// <param name="number">Number of the batch; they are sent in order.</param>
    /// <param name="period">Unix time divided by 120 seconds.</param>
    /// <param name="batch">What to add.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when it has to be tried again.</returns>
    ValueTask<bool> AddAsync(string writer, long number, long period, IReadOnlyList<UsageIncrement> batch, CancellationToken cancellationToken);
}
