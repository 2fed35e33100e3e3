using FlagsService.HyperCache.Tiers;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Caching.Upkeep;

/// <summary>Deletes shared records of secrets that say something else than the store. Where the store cannot be read they are left alone.</summary>
internal sealed class VerifyAuthRecords(IAuthRecordTier tier, IAuthRecordStore store) : IUpkeepJob
{
    private const int BatchSize = 200;

    public string Name => "verify-auth-records";

    public TimeSpan Interval { get; } = TimeSpan.FromHours(6);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        long cursor = 0;
        do
        {
            (var records, cursor) = await tier.ScanAsync(cursor, cancellationToken);
            foreach (var batch in records.Chunk(BatchSize))
            {
                await VerifyAsync(batch, cancellationToken);
            }
        }
        while (cursor != 0);
    }

    private async Task VerifyAsync((string Digest, AuthRecord? Record)[] batch, CancellationToken cancellationToken)
    {
        (string Digest, AuthRecord Record)[] readable = [.. batch.Where(pair => pair.Record is not null).Select(pair => (pair.Digest, pair.Record!))];
        if (await store.ReadCurrentAsync(readable, cancellationToken) is not { } current)
        {
            UpkeepMetrics.RecordsUnverified.Add(batch.Length);
            return;
        }

        string[] wrong = [.. batch.Where(pair => pair.Record is null || !current.TryGetValue(pair.Digest, out var now) || !pair.Record.Agrees(now)).Select(pair => pair.Digest)];
        if (await tier.ForgetAsync(wrong, cancellationToken))
        {
            UpkeepMetrics.RecordsDeleted.Add(wrong.Length);
        }
    }
}
