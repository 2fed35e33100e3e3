using FlagsService.HyperCache;
using FlagsService.HyperCache.Management;

namespace FlagsService.Storage.Sql;

/// <summary>Settings in the database.</summary>
internal sealed class SqlInstanceSettings(SqlDatabase database) : IInstanceSettings
{
    public ValueTask<StoreAnswer<string>> ReadAsync(string key, CancellationToken cancellationToken) => database.ReadAsync(
        key,
        static async (connection, key, cancel) =>
        {
            await using var command = connection.Command("select raw_value from posthog_instancesetting where key = @key", ("key", key));
            return await command.ExecuteScalarAsync(cancel) as string;
        },
        cancellationToken);
}
