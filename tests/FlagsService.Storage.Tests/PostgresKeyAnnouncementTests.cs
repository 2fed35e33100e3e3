using System.Data.Common;
using FlagsService.HyperCache.Invalidation;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Storage.Tests;

public sealed class PostgresKeyAnnouncementTests : KeyAnnouncementContract
{
    private string connectionString = "";

    protected override string SettingName => "ConnectionStrings:Postgres";

    protected override async Task<string> CreateStoreAsync() => connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    protected override DbConnection Connect() => PostgresServer.Connect(connectionString);

    [Fact]
    public async Task Who_listens_hears_the_digests_at_once_although_another_server_may_carry_the_change_out()
    {
        var outbox = Services.GetRequiredService<IOutbox>();
        Assert.Null(await outbox.WaitAsync(TimeSpan.FromSeconds(5), default));
        await ExecuteAsync("update posthog_user set is_active = false where id = 7");
        var heard = new HashSet<string>(StringComparer.Ordinal);
        while (heard.Count < 2 && await outbox.WaitAsync(TimeSpan.FromSeconds(5), default) is { Count: > 0 } messages)
        {
            Assert.All(messages, message => Assert.Null(message.TeamId));
            heard.UnionWith(messages.SelectMany(message => message.Digests));
        }

        Assert.Equal(["sha256$p", "sha256$q"], heard.Order(StringComparer.Ordinal));
        await ExecuteAsync("update posthog_projectsecretapikey set scopes = null");
        Assert.Equal(1, Assert.Single((await outbox.WaitAsync(TimeSpan.FromSeconds(5), default))!).TeamId);
    }

    [Theory]
    [InlineData("update posthog_user set is_active = false where id = 7")]
    [InlineData("delete from posthog_organizationmembership")]
    [InlineData("insert into posthog_personalapikey (user_id, secure_value) values (7, 'sha256$new')")]
    [InlineData("delete from posthog_projectsecretapikey")]
    [InlineData("update posthog_team set secret_api_token = null")]
    [InlineData("insert into posthog_cohort (team_id) values (1)")]
    public async Task A_change_that_cannot_be_announced_is_made_all_the_same(string sql)
    {
        await ExecuteAsync("drop table flagsservice_outbox");
        await ExecuteAsync(sql);
    }
}
