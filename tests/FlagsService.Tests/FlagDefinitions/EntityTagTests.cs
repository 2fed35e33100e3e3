using FlagsService.FlagDefinitions;
using FlagsService.HyperCache.FlagDefinitions;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.FlagDefinitions;

public sealed class EntityTagTests
{
    private const string Path = "/flags/definitions";

    // Each changes what SDKs evaluate, in every table that the document is made of.
    private static readonly string[] Changes =
    [
        "update posthog_featureflag set filters = '{\"groups\":[{\"rollout_percentage\":51,\"properties\":[{\"key\":\"id\",\"type\":\"cohort\",\"value\":1}]}]}' where key = 'a'",
        "update posthog_featureflag set active = false where key = 'a'",
        "update posthog_featureflag set name = 'renamed' where key = 'a'",
        "update posthog_featureflag set key = 'b' where key = 'a'",
        "update posthog_featureflag set version = 7 where key = 'b'",
        "update posthog_featureflag set evaluation_runtime = 'server' where key = 'b'",
        "insert into posthog_featureflag (team_id, key) values (1, 'second')",
        "update posthog_featureflag set deleted = true where key = 'second'",
        "update posthog_featureflag set deleted = false where key = 'second'",
        "delete from posthog_featureflag where key = 'second'",
        "update posthog_cohort set filters = '{\"properties\":{\"type\":\"AND\",\"values\":[{\"key\":\"plan\",\"type\":\"person\",\"value\":\"free\"}]}}' where id = 1",
        "update posthog_cohort set is_static = true where id = 1",
        "update posthog_cohort set is_static = false where id = 1",
        "update posthog_cohort set deleted = true where id = 1",
        "insert into posthog_grouptypemapping (team_id, project_id, group_type, group_type_index) values (1, 1, 'company', 0)",
        "update posthog_grouptypemapping set group_type = 'account'",
        "delete from posthog_grouptypemapping",
        "insert into posthog_experiment (team_id, feature_flag_id) values (1, 1)",
        "update posthog_experiment set deleted = true",
        "insert into posthog_evaluationcontext (id, team_id, name) values ('0190a5d6-0000-7000-8000-0000000000aa', 1, 'checkout')",
        "update posthog_evaluationcontext set name = 'billing'",
        "delete from posthog_featureflagevaluationcontext",
        "insert into feature_flags_teamfeatureflagsconfig (team_id, property_matching_version) values (1, 2)",
        "update feature_flags_teamfeatureflagsconfig set minimal_flag_called_events = true",
    ];

    private static readonly string[] Others =
    [
        "update posthog_team set name = 'renamed'",
        "update posthog_featureflag set last_called_at = now(), updated_at = now()",
        "update posthog_cohort set last_calculation = now(), count = 5",
        "insert into posthog_cohort (team_id, filters) values (1, '{}')",
        "insert into posthog_person (team_id) values (1)",
    ];

    [Fact]
    public async Task The_tag_changes_with_whatever_changes_the_document_and_with_nothing_else()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var server = await FlagsServer.StartAsync(database);
        await PostgresServer.ExecuteAsync(
            database,
            """
            insert into posthog_cohort (team_id, filters) values (1, '{"properties":{"type":"AND","values":[{"key":"plan","type":"person","value":"pro"}]}}');
            insert into posthog_featureflag (team_id, key, filters) values (1, 'a', '{"groups":[{"properties":[{"key":"id","type":"cohort","value":1}]}]}');
            """);
        var updates = server.Services.GetRequiredService<TeamUpdates>();
        var tag = await ChangedAsync(server, "");
        foreach (var change in Changes)
        {
            await PostgresServer.ExecuteAsync(database, change);
            if (change.StartsWith("insert into posthog_evaluationcontext", StringComparison.Ordinal))
            {
                await PostgresServer.ExecuteAsync(database, "insert into posthog_featureflagevaluationcontext (feature_flag_id, evaluation_context_id) values (1, '0190a5d6-0000-7000-8000-0000000000aa')");
            }

            tag = await ChangedAsync(server, tag, change);
            Assert.True(await updates.RebuildAsync(1, null, default));
            Assert.Equal(tag, await ReadAsync(server));
        }

        foreach (var other in Others)
        {
            await PostgresServer.ExecuteAsync(database, other);
            Assert.True(await updates.RebuildAsync(1, null, default));
            Assert.True(tag == await ReadAsync(server), other);
        }

        // Another process makes the same of the same rows.
        await using var second = await FlagsServer.StartAsync(database);
        Assert.Equal(tag, await ReadAsync(second));
    }

    [Theory]
    [InlineData("\"x\"", true)]
    [InlineData("W/\"x\"", true)]
    [InlineData("x", true)]
    [InlineData("*", true)]
    [InlineData(" \"a\" , W/\"x\"", true)]
    [InlineData("a,b,x", true)]
    [InlineData("\"other\"", false)]
    [InlineData("\"xx\"", false)]
    [InlineData("\"X\"", false)]
    [InlineData("", false)]
    [InlineData("\"\"", false)]
    public void A_validator_is_compared_by_what_is_between_its_quotes(string header, bool matches)
    {
        Assert.Equal(matches, EntityTags.Matches(header, "x"));
        Assert.Equal(header.Trim('"').Length > 0, EntityTags.IsPresent(header));
    }

    private static async Task<string> ReadAsync(FlagsServer server) => (await server.GetAsync(Path, server.Tokens.Secret)).Headers.ETag!.Tag;

    private static async Task<string> ChangedAsync(FlagsServer server, string before, string change = "")
    {
        for (var attempt = 0; ; attempt++)
        {
            // A stale tag costs the small budget; asking whether it is still the one does not.
            var answer = await server.GetAsync(Path, server.Tokens.Secret, before.Length == 0 ? null : before);
            if (answer.IsSuccessStatusCode && answer.Headers.ETag!.Tag != before)
            {
                return answer.Headers.ETag.Tag;
            }

            Assert.True(attempt < 400, "never changed after: " + change);
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System);
        }
    }
}
