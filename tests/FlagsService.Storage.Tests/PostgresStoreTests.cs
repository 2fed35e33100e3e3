using System.Data.Common;
using Dapper;
using FlagsService.Evaluation.Lookups;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Invalidation;
using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Persons;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace FlagsService.Storage.Tests;

public sealed class PostgresStoreTests : StoreContract
{
    private string connectionString = "";

    protected override string SettingName => "ConnectionStrings:Postgres";

    protected override async Task<string> CreateStoreAsync() => connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    protected override DbConnection Connect() => PostgresServer.Connect(connectionString);

    [Fact]
    public async Task A_writer_without_rights_on_the_outbox_is_announced_all_the_same()
    {
        var role = "writer_" + Guid.NewGuid().ToString("N");
        await PostgresServer.ExecuteAsync(connectionString, $"create role {role} login; grant select, insert, update on posthog_featureflag to {role}; grant usage on all sequences in schema public to {role}");
        await PostgresServer.ExecuteAsync(new NpgsqlConnectionStringBuilder(connectionString) { Username = role, SearchPath = "pg_catalog" }.ToString(), "insert into public.posthog_featureflag (team_id, key) values (1, 'by-writer')");
        await using var connection = Connect();
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>("select count(*) from flagsservice_outbox where kind = 'posthog_featureflag'"));
    }

    [Fact]
    public async Task A_role_that_may_only_read_is_served_by_fingerprint()
    {
        var role = "reader_" + Guid.NewGuid().ToString("N");
        await PostgresServer.ExecuteAsync(connectionString, $"drop table flagsservice_outbox cascade; drop function flagsservice_announce() cascade; revoke create on schema public from public; create role {role} login; grant select on all tables in schema public to {role}");
        await using var services = new ServiceCollection().AddStorage(new ConfigurationBuilder().AddInMemoryCollection(
            [new(SettingName, new NpgsqlConnectionStringBuilder(connectionString) { Username = role }.ToString())]).Build()).BuildServiceProvider();

        var report = await services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(default);
        Assert.True(report is { HasOutbox: false, HasTriggers: false, CreatedTables.Count: 0 });
        var store = services.GetRequiredService<IFlagStore>();
        var before = (await store.LoadAsync(1, default)).Value!.Fingerprint;
        Assert.Equal(before, (await store.ReadFingerprintsAsync([1], default))![1]);
        Assert.Equal(before, (await store.LoadAsync(1, default)).Value!.Fingerprint);
        await PostgresServer.ExecuteAsync(connectionString, "insert into posthog_featureflag (team_id, key) values (1, 'new')");
        Assert.NotEqual(before, (await store.ReadFingerprintsAsync([1], default))![1]);
        Assert.Empty(await services.GetRequiredService<IOutbox>().ReadPendingAsync(10, default));
    }

    [Fact]
    public async Task A_role_that_may_keep_announcements_but_create_no_triggers_announces_its_own_changes()
    {
        var role = "keeper_" + Guid.NewGuid().ToString("N");
        await PostgresServer.ExecuteAsync(
            connectionString,
            $"drop table flagsservice_outbox cascade; drop function flagsservice_announce() cascade; drop function flagsservice_project_is_team() cascade; create role {role} login; grant create on schema public to {role}; grant select, insert, update, delete on all tables in schema public to {role}");
        await using var services = new ServiceCollection().AddStorage(new ConfigurationBuilder().AddInMemoryCollection(
            [new(SettingName, new NpgsqlConnectionStringBuilder(connectionString) { Username = role }.ToString())]).Build()).BuildServiceProvider();

        Assert.True(await services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(default) is { HasOutbox: true, HasTriggers: false });
        var change = (await services.GetRequiredService<ITokenAdministration>().RotateSecretAsync(1, default, default))!;
        var announced = Assert.Single(await services.GetRequiredService<IOutbox>().ReadPendingAsync(10, default));
        Assert.Equal((1, "tokens"), (announced.TeamId, announced.Kind));
        Assert.Equal(change.Digests.Order(StringComparer.Ordinal), announced.Digests.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task All_that_a_request_needs_is_one_round_trip()
    {
        await using var services = new ServiceCollection().AddStorage(new ConfigurationBuilder().AddInMemoryCollection([new(SettingName, connectionString)]).Build()).BuildServiceProvider();
        var plan = new LookupPlan { DistinctId = "u", AnonymousId = "a", NeedsProperties = true, StaticCohortIds = [1], Groups = [new(0, "acme")], NeedsHashKeyOverrides = true, ContinuityFlagKeys = ["f"], MayWriteHashKeys = true };
        var persons = services.GetRequiredService<IPersonStore>();
        await persons.FetchAsync(1, plan, default);
        using var commands = new CommandCounter();
        await persons.FetchAsync(1, plan, default);
        Assert.Equal(1, commands.Count);
    }

    [Fact]
    public async Task A_token_that_somebody_holds_already_is_made_anew_twice_and_no_more()
    {
        await using var services = new ServiceCollection().AddStorage(new ConfigurationBuilder().AddInMemoryCollection([new(SettingName, connectionString)]).Build()).BuildServiceProvider();
        var tokens = services.GetRequiredService<ITokenAdministration>();
        await PostgresServer.ExecuteAsync(
            connectionString,
            """
            create sequence refusals;
            create function refuse() returns trigger language plpgsql as $$ begin if nextval('refusals') <= 2 then raise unique_violation; end if; return new; end $$;
            create trigger refuse before update on posthog_team for each row execute function refuse();
            """);
        Assert.True((await tokens.RotateSecretAsync(1, default, default))!.IsChange);
        await PostgresServer.ExecuteAsync(connectionString, "alter sequence refusals restart; alter sequence refusals increment -1 minvalue -100 start 1 restart");
        Assert.Equal("23505", (await Assert.ThrowsAsync<PostgresException>(async () => await tokens.RotateSecretAsync(1, default, default))).SqlState);
    }
}
