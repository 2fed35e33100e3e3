using System.Data.Common;
using System.Text;
using Dapper;
using FlagsService.Evaluation.Lookups;
using FlagsService.HyperCache.Archive;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.HyperCache.Invalidation;
using FlagsService.HyperCache.Management;
using FlagsService.HyperCache.Persons;
using FlagsService.HyperCache.RemoteConfig;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;
using FlagsService.TestKit.Leaks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Storage.Tests;

/// <summary>What every store answers. Runs once for each of them, so that there is one truth.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    private ServiceProvider services = null!;

    private TeamTokens Tokens { get; set; } = null!;

    protected abstract Task<string> CreateStoreAsync();

    protected abstract DbConnection Connect();

    protected abstract string SettingName { get; }

    public async ValueTask InitializeAsync()
    {
        services = Open(await CreateStoreAsync());
        await Get<IDatabaseMigrator>().MigrateAsync(default);
        Tokens = (await Get<IBootstrap>().CreateFirstProjectAsync(default))!;
    }

    public virtual ValueTask DisposeAsync() => services.DisposeAsync();

    [Fact]
    public async Task Migrating_twice_changes_nothing()
    {
        var report = await Get<IDatabaseMigrator>().MigrateAsync(default);
        Assert.Empty(report.CreatedTables);
        Assert.True(report is { HasOutbox: true, HasTriggers: true });
        Assert.Null(await Get<IBootstrap>().CreateFirstProjectAsync(default));
    }

    [Fact]
    public async Task Settings_that_operators_keep_are_read_by_key()
    {
        await ExecuteAsync("insert into posthog_instancesetting (key, raw_value) values ('constance:posthog:ANY', '[1]')");
        Assert.Equal("[1]", (await Get<IInstanceSettings>().ReadAsync("constance:posthog:ANY", default)).Value);
        Assert.True((await Get<IInstanceSettings>().ReadAsync("constance:posthog:NONE", default)).IsMiss);
    }

    [Fact]
    public async Task A_table_that_exists_is_left_alone()
    {
        await ExecuteAsync("drop table posthog_group");
        await ExecuteAsync("create table posthog_group (id integer primary key, mine text)");
        Assert.DoesNotContain("posthog_group", (await Get<IDatabaseMigrator>().MigrateAsync(default)).CreatedTables);
        await ExecuteAsync("insert into posthog_group (id, mine) values (1, 'kept')");
    }

    [Fact]
    public async Task Teams_are_found_by_token_and_by_id_and_absence_is_definite()
    {
        var teams = Get<ITeamStore>();
        Assert.Equal(Tokens.TeamId, (await teams.FindByPublicTokenAsync(Tokens.Public, default)).Value!.Team.Id);
        Assert.Equal(Tokens.Public, (await teams.FindByIdAsync(Tokens.TeamId, default)).Value!.Team.PublicToken);
        Assert.True((await teams.FindByPublicTokenAsync("phc_nobody", default)).IsMiss);
        Assert.True((await teams.FindByIdAsync(99, default)).IsMiss);
    }

    [Fact]
    public async Task A_row_inserted_by_plain_sql_gets_every_default()
    {
        await ExecuteAsync("insert into posthog_team (api_token) values ('phc_plain')");
        var team = (await Get<ITeamStore>().FindByPublicTokenAsync("phc_plain", default)).Value!.Team;
        Assert.Equal(team.Id, team.ProjectId);
        Assert.NotEqual(Guid.Empty, team.Uuid);
        Assert.Equal("UTC", team.TimeZone);
    }

    [Fact]
    public async Task Secrets_resolve_as_primary_as_backup_and_as_project_key_with_a_flag_scope()
    {
        var store = Get<IAuthRecordStore>();
        await Get<ITokenAdministration>().RotateSecretAsync(1, default, default);
        var tokens = (await Get<ITokenAdministration>().ReadAsync(1, default))[0];
        var keys = Get<IKeyAdministration>();
        var scoped = await keys.CreateProjectSecretAsync(1, "", ["feature_flag:read"], default);
        var unrestricted = await keys.CreateProjectSecretAsync(1, "", null, default);
        var foreign = await keys.CreateProjectSecretAsync(1, "", ["query:read"], default);

        Assert.Equal(AuthRecordKind.Secret, (await FindAsync(tokens.Secret!)).Value!.Record.Kind);
        Assert.Equal(Tokens.Public, (await FindAsync(tokens.SecretBackup!)).Value!.Record.PublicToken);
        Assert.Equal(scoped.Id, (await FindAsync(scoped.Secret)).Value!.Record.KeyId);
        Assert.Null((await FindAsync(unrestricted.Secret)).Value!.Record.Scopes);
        Assert.True((await FindAsync(foreign.Secret)).IsMiss);
        Assert.True((await FindAsync("phs_nobody")).IsMiss);

        ValueTask<HyperCache.StoreAnswer<Credential>> FindAsync(string secret) => store.FindSecretAsync(secret, TokenDigest.Of(secret), default);
    }

    [Fact]
    public async Task A_secret_that_two_teams_hold_is_the_one_of_the_team_that_holds_it_as_primary()
    {
        var shared = LeakWatch.MadeUp("TwoTeams");
        await ExecuteAsync($"update posthog_team set secret_api_token_backup = '{shared}' where id = 1; insert into posthog_team (id, api_token, secret_api_token) values (2, 'phc_second', '{shared}')");
        Assert.Equal(2, (await Get<IAuthRecordStore>().FindSecretAsync(shared, TokenDigest.Of(shared), default)).Value!.Record.TeamId);
    }

    [Fact]
    public async Task A_personal_key_carries_its_owner_and_organizations_and_dies_with_them()
    {
        var key = await Get<IKeyAdministration>().CreatePersonalAsync(1, "ci", ["feature_flag:read"], default);
        var store = Get<IAuthRecordStore>();
        var record = (await store.FindPersonalKeyAsync(TokenDigest.Of(key.Secret), default)).Value!;
        var team = (await Get<ITeamStore>().FindByIdAsync(1, default)).Value!.Team;
        Assert.Equal(PersonalKeyVerdict.Allowed, PersonalKeyPolicy.Check(record, team, PersonalKeyPolicy.FlagScopes));
        Assert.Equal(PersonalKeyVerdict.InsufficientScopes, PersonalKeyPolicy.Check(record, team, PersonalKeyPolicy.ProjectScopes));
        Assert.Equal(15, await Get<IMembershipStore>().FindLevelAsync(1, 1, default));
        await store.TouchAsync(AuthRecordKind.Personal, key.Id, default);
        Assert.Equal(1, await ScalarAsync("select count(*) from posthog_personalapikey where last_used_at is not null"));

        await ExecuteAsync("update posthog_user set is_active = false");
        Assert.True((await store.FindPersonalKeyAsync(TokenDigest.Of(key.Secret), default)).IsMiss);
    }

    [Fact]
    public async Task Rotation_walks_through_its_states_and_logs_each_without_a_secret()
    {
        await ExecuteAsync("update posthog_team set secret_api_token = null");
        var tokens = Get<ITokenAdministration>();
        var first = (await tokens.RotateSecretAsync(1, default, default))!.After;
        Assert.Matches("^phs_[0-9A-Za-z]{40,48}$", first.Secret);
        Assert.Null(first.SecretBackup);
        var second = (await tokens.RotateSecretAsync(1, new Actor(1), default))!.After;
        Assert.Equal(first.Secret, second.SecretBackup);
        var third = (await tokens.DeleteSecretBackupAsync(1, default, default))!.After;
        Assert.Equal((second.Secret, null), (third.Secret, third.SecretBackup));
        Assert.False((await tokens.DeleteSecretBackupAsync(1, default, default))!.IsChange);
        Assert.Equal([Tokens.Public], (await tokens.ResetPublicTokenAsync(1, default, default))!.Retired);
        Assert.Null(await tokens.RotateSecretAsync(99, default, default));

        var log = (await QueryAsync("select cast(detail as text) from posthog_activitylog order by created_at")).ToList();
        Assert.Equal(4, log.Count);
        Assert.All(log, detail => Assert.DoesNotContain(first.Secret![8..20], detail, StringComparison.Ordinal));
        Assert.Contains("created", log[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Twenty_rotations_at_once_lose_no_token()
    {
        var tokens = Get<ITokenAdministration>();
        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => (await tokens.RotateSecretAsync(1, default, default))!.After));
        var final = (await tokens.ReadAsync(1, default))[0];
        Assert.Equal(20, made.Select(row => row.Secret).Distinct().Count());
        Assert.Contains(made, row => row.Secret == final.Secret && row.SecretBackup == final.SecretBackup);
        Assert.Equal(20, await ScalarAsync("select count(*) from posthog_activitylog"));
    }

    [Fact]
    public async Task Definitions_are_read_whole_with_contexts_experiments_and_their_revision()
    {
        await ExecuteAsync(
            """
            insert into posthog_featureflag (team_id, key, filters) values (1, 'plain', '{"groups":[]}');
            insert into posthog_featureflag (team_id, key, deleted) values (1, 'gone', true);
            insert into posthog_featureflag (team_id, key, is_remote_configuration, has_encrypted_payloads) values (1, 'encrypted', true, true);
            insert into posthog_featureflag (team_id, key, is_remote_configuration, has_encrypted_payloads) values (1, 'remote', true, null);
            insert into posthog_evaluationcontext (team_id, name) values (1, 'production');
            insert into posthog_featureflagevaluationcontext (feature_flag_id, evaluation_context_id) select f.id, c.id from posthog_featureflag f, posthog_evaluationcontext c where f.key = 'plain';
            insert into posthog_experiment (team_id, feature_flag_id) select 1, id from posthog_featureflag where key = 'plain';
            insert into posthog_cohort (team_id, filters) values (1, '{"properties":{"type":"AND","values":[]}}');
            insert into posthog_cohort (team_id, deleted) values (1, true);
            insert into posthog_cohort (team_id, groups) values (1, '[{"properties":{"a":"b"}}]');
            insert into posthog_grouptypemapping (team_id, group_type, group_type_index) values (1, 'company', 0);
            insert into feature_flags_teamfeatureflagsconfig (team_id, property_matching_version, minimal_flag_called_events) values (1, 2, true);
            """);
        var definitions = (await Get<IFlagStore>().LoadAsync(1, default)).Value!;
        Assert.Equal(["plain", "remote"], definitions.Flags.Select(flag => flag.Key));
        Assert.Equal(["production"], definitions.Flags[0].EvaluationContexts);
        Assert.True(definitions.Flags[0].HasExperiment);
        Assert.False(definitions.Flags[1].HasExperiment);
        Assert.Equal([true, false], definitions.Cohorts.Select(cohort => cohort.FiltersJson is not null));
        Assert.Equal("company", definitions.GroupTypes![0]);
        Assert.True(definitions is { ExplicitMatching: true, MinimalFlagCalledEvents: true });
        Assert.Equal(definitions.Revision, (await Get<IFlagStore>().ReadFingerprintsAsync([1], default))![1]);
        Assert.True((await Get<IFlagStore>().LoadAsync(99, default)).IsMiss);

        await ExecuteAsync("update posthog_featureflag set active = false where key = 'plain'");
        Assert.True((await Get<IFlagStore>().LoadAsync(1, default)).Value!.Revision > definitions.Revision);
    }

    [Fact]
    public async Task Remote_configuration_is_found_by_key_and_id_within_the_project_and_the_callers_team_goes_first()
    {
        await ExecuteAsync("insert into posthog_team (id, project_id, api_token) values (2, 1, 'phc_second'), (3, 3, 'phc_third')");
        await ExecuteAsync(
            """
            insert into posthog_featureflag (id, team_id, key, active, is_remote_configuration, has_encrypted_payloads, filters) values
              (11, 1, 'both', true, true, null, '{"payloads":{"true":"1"}}'), (12, 2, 'both', false, true, true, '{"payloads":{"true":"2"}}'), (13, 3, 'foreign', true, true, false, '{}'),
              (14, 1, 'ordinary', true, null, true, '{}'), (15, 1, 'other', true, true, false, '{}');
            update posthog_featureflag set deleted = true where id = 15;
            """);
        Assert.False((await FindAsync(1, "both")).Value!.IsEncrypted);
        var second = (await FindAsync(2, "both")).Value!;
        Assert.True(second.IsEncrypted);
        Assert.Contains("\"2\"", Encoding.UTF8.GetString(second.FiltersJson!.Value.Span), StringComparison.Ordinal);
        Assert.True((await FindAsync(1, "12")).Value!.IsEncrypted);
        foreach (var absent in new[] { "13", "foreign", "ordinary", "14", "other", "15", "nobody", "9223372036854775807" })
        {
            Assert.True((await FindAsync(1, absent)).IsMiss, absent);
        }

        await ExecuteAsync("alter table posthog_featureflag rename to elsewhere");
        Assert.True((await FindAsync(1, "both")).IsUnavailable);

        ValueTask<HyperCache.StoreAnswer<RemoteConfigFlag>> FindAsync(int team, string name) => Get<IRemoteConfigStore>().FindAsync(team, 1, RemoteConfigName.TryParse(name)!.Value, default);
    }

    [Fact]
    public async Task Every_writer_announces_its_changes_and_each_is_carried_out_once()
    {
        var outbox = Get<IOutbox>();
        await DrainAsync(outbox);
        foreach (var sql in new[]
        {
            "insert into posthog_featureflag (team_id, key) values (1, 'x')", "update posthog_featureflag set active = false", "delete from posthog_featureflag",
            "insert into posthog_cohort (team_id) values (1)", "insert into posthog_grouptypemapping (team_id, group_type, group_type_index) values (1, 'org', 1)",
            "insert into posthog_evaluationcontext (team_id, name) values (1, 'c')", "update posthog_team set name = 'renamed'",
        })
        {
            await ExecuteAsync(sql);
            var changes = await outbox.ReadPendingAsync(10, default);
            Assert.True(changes.Count > 0 && changes.All(change => change.TeamId == 1), sql);
            await DrainAsync(outbox);
        }

        var secret = Tokens.Secret!;
        await Get<ITokenAdministration>().RotateSecretAsync(1, default, default);
        Assert.Contains((await outbox.ReadPendingAsync(10, default)).SelectMany(change => change.Digests), digest => digest == TokenDigest.Of(secret).Text);
        var pending = (await outbox.ReadPendingAsync(10, default)).Select(change => change.Id).ToList();
        await outbox.RetryLaterAsync(pending, default);
        Assert.Empty(await outbox.ReadPendingAsync(10, default));
        await outbox.CleanUpAsync(default);
        Assert.True(await ScalarAsync("select count(*) from flagsservice_outbox") > 0);
    }

    [Fact]
    public async Task A_person_comes_with_static_cohorts_and_groups_paired_by_type()
    {
        await Get<IArchive>().ImportAsync(
            1,
            new ArchiveDocument
            {
                Cohorts = [new(new() { Id = 1, TeamId = 1, IsStatic = true }, ["u"]), new(new() { Id = 2, TeamId = 1, IsStatic = true }, [])],
                Persons = [new(null, ["u", "u-2"], Bytes("""{"plan":"pro"}"""), null)],
                Groups = [new(0, "acme", Bytes("""{"tier":"gold"}""")), new(1, "acme", Bytes("""{"tier":"tin"}"""))],
            },
            null,
            default);
        var result = await FetchAsync(new LookupPlan { DistinctId = "u-2", NeedsProperties = true, StaticCohortIds = [1, 2], Groups = [new(0, "acme"), new(1, "other")] });
        Assert.Null(result.PropertiesFailure);
        Assert.Contains("pro", Encoding.UTF8.GetString(result.Person!.PropertiesJson.Span), StringComparison.Ordinal);
        Assert.Equal([1], result.StaticCohortIds);
        Assert.Equal(0, Assert.Single(result.Groups).TypeIndex);

        var nobody = await FetchAsync(new LookupPlan { DistinctId = "nobody\0", NeedsProperties = true, StaticCohortIds = [1], Groups = [new(0, "a\0")] });
        Assert.Null(nobody.Person);
        Assert.Null(nobody.PropertiesFailure);
    }

    [Fact]
    public async Task Hash_keys_are_written_once_and_the_owner_of_the_distinct_id_wins()
    {
        await Get<IArchive>().ImportAsync(1, new ArchiveDocument { Persons = [new(null, ["u"], Bytes("{}"), null), new(null, ["anon"], Bytes("{}"), null)] }, null, default);
        var plan = new LookupPlan { DistinctId = "u", AnonymousId = "anon", NeedsHashKeyOverrides = true, ContinuityFlagKeys = ["a", "b"], MayWriteHashKeys = true };
        await ExecuteAsync("insert into posthog_featureflaghashkeyoverride (team_id, person_id, feature_flag_key, hash_key) select 1, person_id, 'a', 'from-' || distinct_id from posthog_persondistinctid");

        var written = await FetchAsync(plan);
        Assert.Equal("from-u", written.HashKeyOverrides!["a"]);
        Assert.Equal("anon", written.HashKeyOverrides["b"]);
        Assert.Equal(4, await ScalarAsync("select count(*) from posthog_featureflaghashkeyoverride"));

        var again = await FetchAsync(plan with { AnonymousId = "another" });
        Assert.Equal("anon", again.HashKeyOverrides!["b"]);
        var readOnly = await FetchAsync(plan with { ContinuityFlagKeys = ["c"], MayWriteHashKeys = false });
        Assert.False(readOnly.HashKeyOverrides!.ContainsKey("c"));
        var stranger = await FetchAsync(plan with { DistinctId = "x", AnonymousId = "y" });
        Assert.Empty(stranger.HashKeyOverrides!);
        Assert.Equal(4, await ScalarAsync("select count(*) from posthog_featureflaghashkeyoverride"));
    }

    [Fact]
    public async Task Trouble_is_never_an_absence()
    {
        await ExecuteAsync("alter table posthog_persondistinctid rename to elsewhere");
        await ExecuteAsync("alter table posthog_team rename to elsewhere_too");
        var people = await FetchAsync(new LookupPlan { DistinctId = "u", NeedsProperties = true, NeedsHashKeyOverrides = true });
        Assert.Equal("database_error", people.PropertiesFailure!.Code);
        Assert.NotNull(people.HashKeyFailure);
        Assert.True((await Get<ITeamStore>().FindByPublicTokenAsync(Tokens.Public, default)).IsUnavailable);
        Assert.True((await Get<IFlagStore>().LoadAsync(1, default)).IsUnavailable);
        Assert.True((await Get<IAuthRecordStore>().FindSecretAsync("phs_x", TokenDigest.Of("phs_x"), default)).IsUnavailable);
    }

    private T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    private async Task<LookupResult> FetchAsync(LookupPlan plan) => await Get<IPersonStore>().FetchAsync(1, plan, default);

    private static async Task DrainAsync(IOutbox outbox)
    {
        while (await outbox.ReadPendingAsync(100, default) is { Count: > 0 } changes)
        {
            await outbox.CompleteAsync([.. changes.Select(change => change.Id)], default);
        }
    }

    private ServiceProvider Open(string setting) => new ServiceCollection()
        .AddStorage(new ConfigurationBuilder().AddInMemoryCollection([new(SettingName, setting)]).Build()).BuildServiceProvider();

    private static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = Connect();
        await connection.ExecuteAsync(sql);
    }

    private async Task<long> ScalarAsync(string sql)
    {
        await using var connection = Connect();
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    private async Task<IEnumerable<string>> QueryAsync(string sql)
    {
        await using var connection = Connect();
        return await connection.QueryAsync<string>(sql);
    }
}
