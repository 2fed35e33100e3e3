using System.Text.Json;
using Dapper;
using FlagsService.TestKit.Host;
using Microsoft.Data.Sqlite;
using Xunit;

namespace FlagsService.Tests.FlagDefinitions;

/// <summary>Whatever stands in the tables, no SDK refuses the document: each row that some SDK is known to stumble over, stored as it is.</summary>
public sealed class StrictReaderTests : IAsyncLifetime
{
    private static readonly string[] Filters =
    [
        "null", "{}", """{"groups":null}""", """{"groups":[]}""", "not json", "[]", "\"text\"",
        """{"groups":[{}],"payloads":{"true":{"a":1}}}""", """{"groups":[{}],"payloads":{"true":7}}""", """{"groups":[{}],"payloads":{"true":"no json"}}""", """{"groups":[{}],"payloads":{"true":""}}""",
        """{"groups":[{}],"payloads":{"true":null}}""", """{"groups":[{}],"payloads":[]}""", """{"groups":[{}],"payloads":null}""",
        """{"groups":[{}],"multivariate":{}}""", """{"groups":[{}],"multivariate":null}""", """{"groups":[{}],"multivariate":{"variants":null}}""", """{"groups":[{}],"multivariate":{"variants":[]}}""",
        """{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":null}]}}""", """{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":"50"}]}}""",
        """{"groups":[{}],"multivariate":{"variants":[{"key":"a","rollout_percentage":12.5}]}}""",
        """{"groups":[{"rollout_percentage":null}]}""", """{"groups":[{"rollout_percentage":"50"}]}""", """{"groups":[{"rollout_percentage":62.5}]}""", """{"groups":[{"properties":null,"variant":null}]}""",
        Property("""{"key":"a","type":"person","value":29.5}"""), Property("""{"key":"a","type":"person","value":30,"operator":"gt"}"""), Property("""{"key":"a","type":"person","value":{"x":1}}"""),
        Property("""{"key":"a","type":"person","value":[null]}"""), Property("""{"key":"a","type":"person","value":[true]}"""), Property("""{"key":"a","type":"person","value":[1.00,"1.00"]}"""), Property("""{"key":"a","type":"person","value":[[1]]}"""),
        Property("""{"key":"a","type":null,"value":"x"}"""), Property("""{"key":"a","type":"event","value":"x"}"""), Property("""{"key":"a","type":"behavioral","value":"x"}"""), Property("""{"key":"a","value":"x"}"""),
        Property("""{"type":"person","value":"x"}"""), Property("""{"key":"a","type":"person","value":"x","negation":null}"""), Property("""{"key":"a","type":"person","value":"x","operator":"sounds_like"}"""),
        Property("""{"key":"a","type":"person","value":"x","operator":null}"""), Property("""{"key":"a","type":"person"}"""), Property("""{"key":"created_at","type":"person_metadata","value":"-7d","operator":"is_date_after"}"""),
        Property("""{"key":"a","type":"group","value":"x","group_type_index":"0"}"""), Property("""{"key":"a","type":"group","value":"x","group_type_index":0}"""), Property("""{"key":"a","type":"group","value":"x","group_type_index":300}"""),
        Property("""{"key":"id","type":"cohort","value":"1"}"""), Property("""{"key":"id","type":"cohort","value":1}"""), Property("""{"key":"id","type":"cohort","value":2}"""), Property("""{"key":"id","type":"cohort","value":3}"""),
        Property("""{"key":"id","type":"cohort","value":4}"""), Property("""{"key":"id","type":"cohort","value":5,"operator":"not_in"}"""), Property("""{"key":"id","type":"cohort","value":6}"""), Property("""{"key":"id","type":"cohort","value":7}"""), Property("""{"key":"id","type":"cohort","value":8}"""), Property("""{"key":"id","type":"cohort","value":4294967296}"""),
        Property("""{"key":"1","type":"flag","value":true,"operator":"flag_evaluates_to"}"""), Property("""{"key":"nobody","type":"flag","value":"variant","operator":"flag_evaluates_to"}"""), Property("""{"key":"2","type":"flag","value":7,"operator":"flag_evaluates_to"}"""),
        """{"groups":[{}],"aggregation_group_type_index":"0"}""", """{"groups":[{}],"aggregation_group_type_index":0}""", """{"groups":[{"aggregation_group_type_index":"0"}]}""", """{"groups":[{"aggregation_group_type_index":null}]}""",
        """{"groups":[{}],"aggregation_group_type_index":-1}""", """{"groups":[{"aggregation_group_type_index":256}]}""",
        """{"groups":[{}],"early_exit":null}""", """{"groups":[{}],"early_exit":true}""", """{"groups":[{}],"early_exit":"yes"}""", """{"groups":[{}],"feature_enrollment":null}""", """{"groups":[{}],"super_groups":null,"holdout_groups":[]}""",
        """{"groups":[{}],"holdout":null}""", """{"groups":[{}],"holdout":{"id":5,"exclusion_percentage":12.5}}""", """{"groups":[{}],"holdout":{"id":"5","exclusion_percentage":"12"}}""", """{"groups":[{}],"detail":"x","version":2}""",
    ];

    private static readonly string?[] Cohorts =
    [
        "{}", """{"properties":{"type":"AND","values":[{"key":"e","type":"behavioral","value":"performed_event"}]}}""", """{"properties":{"values":[{"key":"a","type":"person","value":1}]}}""",
        """{"properties":{"type":"OR","values":[{"type":"AND","values":[{"key":"a","type":"person","value":5,"negation":null},{"key":"id","type":"cohort","value":3}]}]}}""",
        """{"properties":{"type":"AND","values":[{"key":"1","type":"flag","value":true}]}}""", """{"properties":{"type":"AND","values":[{"type":"OR","values":[]}]}}""",
        """{"properties":{"type":"AND","values":[{"key":"id","type":"cohort","value":4294967296}]}}""", """{"properties":{"type":"AND","values":[{"key":"a","type":"person","value":"x","group_type_index":300}]}}""",
    ];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("flagsservice-");
    private FlagsServer server = null!;
    private SqliteConnection connection = null!;

    public async ValueTask InitializeAsync()
    {
        var path = Path.Combine(folder.FullName, "flags.db");
        server = await FlagsServer.StartAsync(storagePath: path);
        connection = new SqliteConnection($"Data Source={path}");
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await connection.DisposeAsync();
        SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Nothing_that_is_stored_makes_an_SDK_refuse_the_document()
    {
        foreach (var (number, filters) in Cohorts.Index())
        {
            await connection.ExecuteAsync("insert into posthog_cohort (id, team_id, filters) values (@id, 1, @filters)", new { id = number + 1, filters });
        }

        foreach (var (number, filters) in Filters.Index())
        {
            await connection.ExecuteAsync("insert into posthog_featureflag (id, team_id, key, filters) values (@id, 1, @key, @filters)", new { id = number + 1, key = $"flag-{number + 1}", filters });
        }

        await connection.ExecuteAsync(
            """
            insert into posthog_featureflag (id, team_id, key, version, ensure_experience_continuity, is_remote_configuration, has_encrypted_payloads, evaluation_runtime, bucketing_identifier, filters)
            values (1000, 1, 'nulls', null, null, null, null, null, null, '{"groups":[{}]}');
            """);
        var document = await ReadUntilAsync("nulls");
        Assert.Empty(StrictReader.FindRefusals(document));
        var keys = document.GetProperty("flags").EnumerateArray().Select(flag => flag.GetProperty("key").GetString()).ToArray();
        foreach (var (number, filters) in Filters.Index())
        {
            if (filters.StartsWith("""{"groups":[{"properties":[{"key":"a","type":"person","value":""", StringComparison.Ordinal) && !filters.Contains("sounds_like", StringComparison.Ordinal))
            {
                Assert.Contains($"flag-{number + 1}", keys);
            }
        }

        Assert.Equal(["4"], document.GetProperty("cohorts").EnumerateObject().Select(cohort => cohort.Name));
    }

    [Fact]
    public async Task A_project_with_nothing_has_empty_maps_and_no_empty_lists_in_their_place()
    {
        var document = await ReadUntilAsync(null);
        Assert.Empty(StrictReader.FindRefusals(document));
        Assert.Equal(("{}", "{}", "[]"), (document.GetProperty("cohorts").GetRawText(), document.GetProperty("group_type_mapping").GetRawText(), document.GetProperty("flags").GetRawText()));
    }

    private static string Property(string property) => $$$"""{"groups":[{"properties":[{{{property}}}]}]}""";

    private async Task<JsonElement> ReadUntilAsync(string? key)
    {
        for (var attempt = 0; ; attempt++)
        {
            var document = await (await server.GetAsync("/flags/definitions", server.Tokens.Secret)).ReadJsonAsync();
            if (key is null || document.GetProperty("flags").EnumerateArray().Any(flag => flag.GetProperty("key").ValueEquals(key)))
            {
                return document;
            }

            Assert.True(attempt < 400, "the rows were never seen");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
