using Dapper;
using FlagsService.HyperCache.Management;
using FlagsService.TestKit.Host;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.RemoteConfig;

/// <summary>A server with remote configuration flags, keys of every kind, and a project of somebody else.</summary>
public sealed class RemoteConfigServer : IAsyncLifetime
{
    private const string Theirs = "0190a5d6-0000-7000-8000-0000000000aa";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("flagsservice-");

    internal FlagsServer Server { get; private set; } = null!;

    internal string Personal { get; private set; } = "";

    internal string WithoutScope { get; private set; } = "";

    internal string Stranger { get; private set; } = "";

    internal string Homeless { get; private set; } = "";

    internal string ProjectSecret { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var path = Path.Combine(folder.FullName, "flags.db");
        Server = await FlagsServer.StartAsync(storagePath: path, settings: ["--FlagsService:RemoteConfig:SecretKeys", "a-new-key, our-short-key"]);
        await using var connection = new SqliteConnection($"Data Source={path}");
        await connection.ExecuteAsync(
            """
            insert into posthog_organization (id, name) values (@Theirs, 'theirs');
            insert into posthog_team (id, api_token, secret_api_token, organization_id) values (2, 'phc_theirs', 'phs_theirs', @Theirs);
            insert into posthog_user (id, email, current_team_id) values (2, 'stranger@localhost', 2), (3, 'homeless@localhost', null);
            insert into posthog_organizationmembership (organization_id, user_id, level) values (@Theirs, 2, 15);
            """,
            new { Theirs });
        (int Id, string Key, string Payload, bool IsEncrypted)[] flags =
        [
            (1, "text", """ "{\"limit\":7}" """, false),
            (2, "object", """{"limit":7,"name":"ä<b>"}""", false),
            (3, "plain", "\"abc\"", false),
            (4, "false-text", "\"false\"", false),
            (5, "null", "null", false),
            (6, "empty", "\"\"", false),
            (7, "zero", "0", false),
            (8, "false", "false", false),
            (9, "list", "[]", false),
            (10, "map", "{}", false),
            (11, "secret", $"\"{FernetTests.Encrypt("our-short-key", """{"limit":7}""")}\"", true),
            (12, "new-secret", $"\"{FernetTests.Encrypt("a-new-key", """{"limit":8}""")}\"", true),
            (13, "lost-secret", $"\"{FernetTests.Encrypt("a-lost-key", "1")}\"", true),
            (14, "no-token", "{\"a\":1}", true),
            (15, "nothing-secret", "null", true),
            (16, "empty-secret", $"\"{FernetTests.Encrypt("a-new-key", "")}\"", true),
        ];
        foreach (var (id, key, payload, isEncrypted) in flags)
        {
            await connection.ExecuteAsync(
                "insert into posthog_featureflag (id, team_id, key, active, is_remote_configuration, has_encrypted_payloads, filters) values (@id, 1, @key, @active, true, @isEncrypted, @filters)",
                new { id, key, active = id % 2 == 0, isEncrypted, filters = $$$"""{"groups":[],"payloads":{"true":{{{payload}}}}}""" });
        }

        await connection.ExecuteAsync(
            """
            insert into posthog_featureflag (id, team_id, key, is_remote_configuration, filters) values (20, 1, 'no-payloads', true, '{}'), (21, 1, 'broken', true, 'not json');
            insert into posthog_featureflag (id, team_id, key, is_remote_configuration, deleted) values (22, 1, 'deleted', true, true);
            insert into posthog_featureflag (id, team_id, key, is_remote_configuration) values (23, 1, 'ordinary', false);
            insert into posthog_featureflag (id, team_id, key, is_remote_configuration) values (24, 2, 'theirs', true);
            """);
        var keys = Server.Services.GetRequiredService<IKeyAdministration>();
        Personal = (await keys.CreatePersonalAsync(1, "", ["feature_flag:read"], default)).Secret;
        WithoutScope = (await keys.CreatePersonalAsync(1, "", ["project:write"], default)).Secret;
        Stranger = (await keys.CreatePersonalAsync(2, "", ["*"], default)).Secret;
        Homeless = (await keys.CreatePersonalAsync(3, "", ["*"], default)).Secret;
        ProjectSecret = (await keys.CreateProjectSecretAsync(1, "", ["feature_flag:read"], default)).Secret;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }
}
