using System.Globalization;
using FlagsService.HyperCache.Invalidation;
using FlagsService.Storage.Resilience;
using FlagsService.Storage.Sql;
using Npgsql;

namespace FlagsService.Storage.Postgres;

/// <summary>Waits on a connection of its own that listens for NOTIFY: a team's id, or the digest of a key that belongs to no single team.</summary>
internal sealed class PostgresOutbox(PostgresDatabase database) : SqlOutbox(database), IAsyncDisposable
{
    private const string DigestPrefix = "sha256$";
    private readonly HashSet<int> teams = [];
    private readonly HashSet<string> digests = new(StringComparer.Ordinal);
    private NpgsqlConnection? listener;

    public override async Task<IReadOnlyCollection<TeamMessage>?> WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            if (listener is null)
            {
                listener = await ListenAsync(cancellationToken);

                return null;
            }

            await listener.WaitAsync(patience, cancellationToken);
            List<TeamMessage> heard = [.. teams.Select(team => new TeamMessage(team, []))];
            if (digests.Count > 0)
            {
                heard.Add(new TeamMessage(null, [.. digests]));
            }

            teams.Clear();
            digests.Clear();
            return heard;
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
                teams.Add(team);
            }
            else if (notification.Payload.StartsWith(DigestPrefix, StringComparison.Ordinal))
            {
                digests.Add(notification.Payload);
            }
        };
        await using var command = connection.Command("listen flagsservice_outbox");
        await command.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }
}
