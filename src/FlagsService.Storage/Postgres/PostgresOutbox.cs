using FlagsService.Storage.Resilience;
using FlagsService.Storage.Sql;
using Npgsql;

namespace FlagsService.Storage.Postgres;

/// <summary>Waits on a connection of its own that listens for NOTIFY.</summary>
internal sealed class PostgresOutbox(PostgresDatabase database) : SqlOutbox(database), IAsyncDisposable
{
    private NpgsqlConnection? listener;

    public override async Task WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            if (listener is null)
            {
                listener = (NpgsqlConnection)await database.OpenAsync(cancellationToken);
                await using var command = listener.Command("listen flagsservice_outbox");
                await command.ExecuteNonQueryAsync(cancellationToken);

                // What was announced before the ear was there must be read first.
                return;
            }

            await listener.WaitAsync(patience, cancellationToken);
        }
        catch (Exception exception) when (StoreTrouble.IsTrouble(exception) && !cancellationToken.IsCancellationRequested)
        {
            await DisposeAsync();
            await Task.Delay(patience, database.Time, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (listener is not null)
        {
            await listener.DisposeAsync();
            listener = null;
        }
    }
}
