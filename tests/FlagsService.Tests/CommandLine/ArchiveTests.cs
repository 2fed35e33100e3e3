using System.Text;
using System.Text.Json;
using FlagsService.Archive;
using FlagsService.HyperCache.Archive;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FlagsService.Tests.CommandLine;

public sealed class ArchiveTests
{
    [Fact]
    public Task Sixty_four_flags_come_back_equal_from_sqlite() => RoundTripAsync(null);

    [Fact]
    public async Task Sixty_four_flags_come_back_equal_from_postgres() => await RoundTripAsync(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());

    [Fact]
    public void Every_error_is_reported_with_its_path()
    {
        var reader = new ArchiveReader();
        reader.Read("""{"version":2,"flags":[{"id":1,"key":"a","filters":{"groups":null}},{"id":"x","key":"b","filters":{}},5],"persons":[{"distinct_ids":[]}],"cohorts":{}}"""u8.ToArray());
        Assert.Equal(
            ["$.version: must be 1", "$.cohorts: must be a list"],
            reader.Errors.Where(error => error.StartsWith("$.version", StringComparison.Ordinal) || error.StartsWith("$.cohorts", StringComparison.Ordinal)));
        Assert.Contains(reader.Errors, error => error.StartsWith("$.flags[0].filters", StringComparison.Ordinal));
        Assert.Contains("$.flags[1].id: must be an integer", reader.Errors);
        Assert.Contains("$.flags[2]: must be an object", reader.Errors);
        Assert.Contains("$.persons[0].distinct_ids: at least one is required", reader.Errors);
    }

    [Fact]
    public async Task Ids_that_are_taken_are_rewritten_wherever_they_are_referred_to()
    {
        await using var server = await FlagsServer.StartAsync(postgres: await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
        var archive = server.Services.GetRequiredService<IArchive>();
        await PostgresServer.ExecuteAsync(server.Postgres!, "insert into posthog_team (api_token) values ('phc_second')");
        var document = Read("""
            {"version":1,"cohorts":[{"id":1,"filters":{"properties":{"type":"AND","values":[{"type":"cohort","key":"id","value":2}]}}},{"id":2,"is_static":true}],
             "flags":[{"id":1,"key":"base","active":true,"filters":{"groups":[{"properties":[{"type":"cohort","key":"id","value":1}]}]}},
                      {"id":2,"key":"top","active":true,"filters":{"groups":[{"properties":[{"type":"flag","key":"1","operator":"flag_evaluates_to","value":true}]}]}}]}
            """);
        await archive.ImportAsync(1, document, null, CancellationToken.None);
        await archive.ImportAsync(2, document, null, CancellationToken.None);
        var second = await archive.ExportAsync(2, CancellationToken.None);
        await archive.ImportAsync(2, document, null, CancellationToken.None);
        Assert.Equal(second.Cohorts.Select(cohort => cohort.Row.Id), (await archive.ExportAsync(2, CancellationToken.None)).Cohorts.Select(cohort => cohort.Row.Id));
        var ids = second.Flags.ToDictionary(flag => flag.Key, flag => flag.Id);
        Assert.NotEqual(1, ids["base"]);
        Assert.Contains($"\"{ids["base"]}\"", Encoding.UTF8.GetString(second.Flags.Single(flag => flag.Key == "top").FiltersJson.Span), StringComparison.Ordinal);
        var nested = second.Cohorts.Single(cohort => !cohort.Row.IsStatic);
        var inner = second.Cohorts.Single(cohort => cohort.Row.IsStatic);
        Assert.Equal(inner.Row.Id, JsonElement.Parse(nested.Row.FiltersJson!.Value.Span).GetProperty("properties").GetProperty("values")[0].GetProperty("value").GetInt32());
        Assert.Contains($"\"value\": {nested.Row.Id}", Encoding.UTF8.GetString(second.Flags.Single(flag => flag.Key == "base").FiltersJson.Span), StringComparison.Ordinal);
    }

    private static async Task RoundTripAsync(string? postgres)
    {
        await using var server = await FlagsServer.StartAsync(postgres);
        var archive = server.Services.GetRequiredService<IArchive>();
        var json = Document();
        await archive.ImportAsync(1, Read(json), null, CancellationToken.None);
        await archive.ImportAsync(1, Read(json), null, CancellationToken.None);
        using var output = new MemoryStream();
        ArchiveWriter.Write(output, await archive.ExportAsync(1, CancellationToken.None));
        var exported = JsonElement.Parse(output.ToArray());
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(json), exported), Encoding.UTF8.GetString(output.ToArray()));
    }

    private static ArchiveDocument Read(string json)
    {
        var reader = new ArchiveReader();
        var document = reader.Read(Encoding.UTF8.GetBytes(json));
        Assert.Empty(reader.Errors);
        return document;
    }

    private static string Document()
    {
        string[] filters =
        [
            """{"groups":[{"properties":[],"rollout_percentage":12.5}]}""",
            """{"groups":[{"properties":[{"key":"email","type":"person","value":["a@b.c",1.0],"operator":"icontains"}],"rollout_percentage":null,"variant":"x","aggregation_group_type_index":null}],"multivariate":{"variants":[{"key":"x","name":"","rollout_percentage":50},{"key":"y","rollout_percentage":50}]},"payloads":{"x":{"deep":[1,2]}}}""",
            """{"groups":[{"properties":[{"key":"id","type":"cohort","value":90,"operator":"in"}]}],"super_groups":null,"holdout":{"id":3,"exclusion_percentage":10}}""",
            """{"groups":[{"properties":[{"key":"1","type":"flag","value":true,"operator":"flag_evaluates_to"}],"description":"kept"}],"early_exit":true,"feature_enrollment":false}""",
        ];
        var flags = Enumerable.Range(1, 64).Select(i =>
            $$"""{"id":{{i}},"team_id":1,"key":"flag-{{i}}","name":"Flag {{i}}","filters":{{filters[i % 4]}},"deleted":false,"active":{{(i % 5 == 0 ? "false" : "true")}},"ensure_experience_continuity":{{(i % 7 == 0 ? "true" : "false")}},"version":{{i}},"evaluation_runtime":"{{(i % 3 == 0 ? "server" : "all")}}","evaluation_contexts":{{(i % 4 == 0 ? "[\"a\",\"b\"]" : "[]")}},"bucketing_identifier":"{{(i % 6 == 0 ? "device_id" : "distinct_id")}}","has_experiment":{{(i % 9 == 0 ? "true" : "false")}}}""");
        return $$$$"""
            {"version":1,"group_types":[{"group_type":"company","group_type_index":0}],
             "cohorts":[{"id":90,"name":"corp","is_static":false,"filters":{"properties":{"type":"OR","values":[{"type":"AND","values":[{"key":"email","type":"person","value":"@corp","operator":"icontains"}]}]}}},
                        {"id":91,"name":"list","is_static":true,"filters":null,"members":["u1"]}],
             "flags":[{{{{string.Join(',', flags)}}}}],
             "persons":[{"uuid":"0190c1f0-0000-4000-8000-000000000001","distinct_ids":["u1","u1-anon"],"properties":{"plan":"pro","n":1.5},"created_at":"2026-01-01T00:00:00Z"}],
             "groups":[{"group_type_index":0,"group_key":"acme","group_properties":{"tier":"gold"}}]}
            """;
    }
}
