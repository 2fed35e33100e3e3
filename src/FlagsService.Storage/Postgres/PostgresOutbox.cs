using System.Globalization;
using FlagsService.Storage.Resilience;
using FlagsService.Storage.Sql;
using Npgsql;

namespace FlagsService.Storage.Postgres;

/// <summary>Waits on a connection of its own that listens for NOTIFY.</summary>
internal sealed class PostgresOutbox(PostgresDatabase database) : SqlOutbox(database), IAsyncDisposable
{
    private readonly HashSet<int> heard = [];
    private NpgsqlConnection? listener;

    public override async Task<IReadOnlyCollection<int>?> WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            if (listener is null)
            {
                listener = await ListenAsync(cancellationToken);

                return null;
            }

            await listener.WaitAsync(patience, cancellationToken);
            var teams = heard.ToArray();
            heard.Clear();
            return teams;
        }
        catch (Exception exception) when (StoreTrouble.IsTrouble(exception) && !cancellationToken.IsCancellationRequested)
        {
            await DisposeAsync();
            await Task.Delay(patience, database.Time, cancellationToken);
            return [];
        }
    }

    public override async Task NotifyAsync(int teamId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var command = connection.Command("select pg_notify('flagsservice_outbox', @team)", ("team", teamId.ToString(CultureInfo.InvariantCulture)));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (listener is not null)
        {
            await listener.DisposeAsync();
            listener = null;
        }
    }

    private async Task<NpgsqlConnection> ListenAsync(CancellationToken cancellationToken)
    {
        var connection = (NpgsqlConnection)await database.OpenAsync(cancellationToken);
        connection.Notification += (_, notification) =>
        {
            if (int.TryParse(notification.Payload, NumberStyles.None, CultureInfo.InvariantCulture, out var team))
            {
                heard.Add(team);
            }
        };
        await using var command = connection.Command("listen flagsservice_outbox");
        await command.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }
}
