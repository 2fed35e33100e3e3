using System.Data.Common;
using Dapper;
using FlagsService.HyperCache.Invalidation;
using FlagsService.HyperCache.Management;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Storage.Tests;

/// <summary>Whoever changes a key, its owner or what its owner belongs to: the digests of the keys concerned are announced. Runs on each store.</summary>
public abstract class KeyAnnouncementContract : IAsyncLifetime
{
    private const string Set =
        """
        insert into posthog_organization (id) values ('0190a5d6-0000-7000-8000-0000000000bb');
        insert into posthog_user (id, email) values (7, 'seven@localhost'), (8, 'eight@localhost'), (9, 'nine@localhost');
        insert into posthog_organizationmembership (organization_id, user_id) values ('0190a5d6-0000-7000-8000-0000000000bb', 7);
        insert into posthog_personalapikey (id, user_id, secure_value) values ('p', 7, 'sha256$p'), ('q', 7, 'sha256$q'), ('r', 8, 'sha256$r'), ('blank', 7, null);
        insert into posthog_projectsecretapikey (id, team_id, secure_value) values ('s', 1, 'sha256$s');
        """;

    protected ServiceProvider Services { get; private set; } = null!;

    protected abstract Task<string> CreateStoreAsync();

    protected abstract DbConnection Connect();

    protected abstract string SettingName { get; }

    public async ValueTask InitializeAsync()
    {
        var setting = await CreateStoreAsync();
        Services = new ServiceCollection().AddStorage(new ConfigurationBuilder().AddInMemoryCollection([new(SettingName, setting)]).Build()).BuildServiceProvider();
        await MigrateAsync();
        await Services.GetRequiredService<IBootstrap>().CreateFirstProjectAsync(default);
        await ExecuteAsync(Set);
        await TakeAsync();
    }

    public virtual ValueTask DisposeAsync() => Services.DisposeAsync();

    [Theory]
    [InlineData("update posthog_user set is_active = false where id = 7", "p q")]
    [InlineData("delete from posthog_user where id = 7", "p q")]
    [InlineData("update posthog_user set is_active = false where id = 9", "")]
    [InlineData("update posthog_user set is_active = true, first_name = 'logged in' where id = 7", "")]
    [InlineData("insert into posthog_organizationmembership (organization_id, user_id) select organization_id, 7 from posthog_team where id = 1", "p q")]
    [InlineData("update posthog_organizationmembership set organization_id = (select organization_id from posthog_team where id = 1) where user_id = 7", "p q")]
    [InlineData("update posthog_organizationmembership set user_id = 8 where user_id = 7", "p q r")]
    [InlineData("update posthog_organizationmembership set level = 8 where user_id = 7", "")]
    [InlineData("delete from posthog_organizationmembership where user_id = 7", "p q")]
    [InlineData("insert into posthog_personalapikey (user_id, secure_value) values (7, 'sha256$new')", "new")]
    [InlineData("update posthog_personalapikey set secure_value = 'sha256$new' where id = 'p'", "new p")]
    [InlineData("update posthog_personalapikey set scopes = null where id = 'p'", "p")]
    [InlineData("update posthog_personalapikey set scoped_teams = null where id = 'p'", "p")]
    [InlineData("update posthog_personalapikey set scoped_organizations = null where id = 'p'", "p")]
    [InlineData("update posthog_personalapikey set user_id = 8 where id = 'p'", "p")]
    [InlineData("update posthog_personalapikey set last_used_at = created_at where id = 'p'", "")]
    [InlineData("update posthog_personalapikey set scopes = null where id = 'blank'", "")]
    [InlineData("delete from posthog_personalapikey where user_id = 7", "p q")]
    public async Task What_concerns_a_personal_key_announces_its_digest_for_no_team_in_particular(string sql, string digests)
    {
        await ExecuteAsync(sql);
        await AssertAnnouncedAsync(null, digests);
    }

    [Theory]
    [InlineData("insert into posthog_projectsecretapikey (team_id, secure_value) values (1, 'sha256$new')", "new")]
    [InlineData("update posthog_projectsecretapikey set secure_value = 'sha256$new'", "new s")]
    [InlineData("update posthog_projectsecretapikey set scopes = null", "s")]
    [InlineData("update posthog_projectsecretapikey set last_used_at = created_at", "")]
    [InlineData("delete from posthog_projectsecretapikey", "s")]
    public async Task What_concerns_a_project_secret_key_announces_its_digest_for_its_team(string sql, string digests)
    {
        await ExecuteAsync(sql);
        await AssertAnnouncedAsync(1, digests);
    }

    [Fact]
    public async Task A_user_who_may_work_again_is_announced_too()
    {
        await ExecuteAsync("update posthog_user set is_active = false where id = 7");
        await TakeAsync();
        await ExecuteAsync("update posthog_user set is_active = true where id = 7");
        await AssertAnnouncedAsync(null, "p q");
    }

    [Fact]
    public async Task A_project_secret_key_that_moves_to_another_team_is_announced()
    {
        await ExecuteAsync("insert into posthog_team (id, api_token) values (2, 'phc_second')");
        await TakeAsync();
        await ExecuteAsync("update posthog_projectsecretapikey set team_id = 2");
        Assert.Equal(["sha256$s"], (await TakeAsync()).SelectMany(change => change.Digests).Distinct());
    }

    protected Task MigrateAsync() => Services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(default);

    protected async Task ExecuteAsync(string sql)
    {
        await using var connection = Connect();
        await connection.ExecuteAsync(sql);
    }

    protected async Task AssertAnnouncedAsync(int? team, string digests)
    {
        var changes = await TakeAsync();
        Assert.All(changes, change => Assert.Equal(team, change.TeamId));
        Assert.Equal(digests, string.Join(' ', changes.SelectMany(change => change.Digests).Distinct().Select(digest => digest["sha256$".Length..]).Order(StringComparer.Ordinal)));
        Assert.Equal(digests.Length == 0, changes.Count == 0);
    }

    private async Task<IReadOnlyList<TeamChange>> TakeAsync()
    {
        var outbox = Services.GetRequiredService<IOutbox>();
        var changes = await outbox.ReadPendingAsync(1000, default);
        if (changes.Count > 0)
        {
            await outbox.CompleteAsync([.. changes.Select(change => change.Id)], default);
        }

        return changes;
    }
}
