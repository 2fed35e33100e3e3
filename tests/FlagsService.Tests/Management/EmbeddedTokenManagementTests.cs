using System.Data.Common;
using FlagsService.TestKit.Host;
using Microsoft.Data.Sqlite;

namespace FlagsService.Tests.Management;

public sealed class EmbeddedTokenManagementTests : TokenManagementTests
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("flagsservice-");

    private string Path => System.IO.Path.Combine(folder.FullName, "flags.db");

    protected override Task<FlagsServer> StartAsync() => FlagsServer.StartAsync(storagePath: Path);

    protected override DbConnection Connect() => new SqliteConnection($"Data Source={Path}");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }
}
