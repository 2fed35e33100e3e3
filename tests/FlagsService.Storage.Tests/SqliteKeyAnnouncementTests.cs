using System.Data.Common;
using Microsoft.Data.Sqlite;
using Xunit;

namespace FlagsService.Storage.Tests;

public sealed class SqliteKeyAnnouncementTests : KeyAnnouncementContract
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

    [Fact]
    public async Task Triggers_of_an_older_version_are_replaced()
    {
        await ExecuteAsync(
            """
            drop trigger flagsservice_posthog_user_update; pragma user_version = 1;
            create trigger flagsservice_posthog_user_update after update of email on posthog_user begin insert into flagsservice_outbox (kind) values ('old'); end;
            """);
        await MigrateAsync();
        await ExecuteAsync("update posthog_user set is_active = false, email = 'another@localhost' where id = 7");
        await AssertAnnouncedAsync(null, "p q");
    }
}
