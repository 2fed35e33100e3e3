using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace FlagsService.Storage.Tests;

public sealed class SqliteStoreTests : StoreContract
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("flagsservice-");

    protected override string SettingName => "FlagsService:Storage:Path";

    private string Path => System.IO.Path.Combine(folder.FullName, "flags.db");

    protected override Task<string> CreateStoreAsync() => Task.FromResult(Path);

    protected override DbConnection Connect() => new SqliteConnection($"Data Source={Path}");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }
}
