using System.Data.Common;
using FlagsService.TestKit.Servers;
using Npgsql;

namespace FlagsService.Storage.Tests;

public sealed class PostgresStoreTests : StoreContract
{
    private string connectionString = "";

    protected override string SettingName => "ConnectionStrings:Postgres";

    protected override async Task<string> CreateStoreAsync() => connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    protected override DbConnection Connect() => new NpgsqlConnection(connectionString);
}
