using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache.Archive;
using FlagsService.TestKit.Host;
using FlagsService.TestKit.Servers;
using FlagsService.TestKit.Time;
using FlagsService.TestKit.Vectors;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace Conformance;

/// <summary>The vectors once more from outside: rows in Postgres, one team a case, requests over HTTP.</summary>
public sealed class VectorsOverHttpTests(VectorsOverHttpTests.Backend backend) : IClassFixture<VectorsOverHttpTests.Backend>
{
    private static readonly string[] QueryFlags = ["only_evaluate_survey_feature_flags", "only_use_override_person_properties"];
    private static readonly Dictionary<string, VectorCase> Cases = VectorFolder.Read(VectorFolder.Current).ToDictionary(item => item.Name, StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Cases.Keys.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_case_gives_over_http_what_it_expects(string name)
    {
        var item = Cases[name];
        var (teamId, token) = await backend.CreateTeamAsync(item);
        await backend.Archive.ImportAsync(teamId, Document(item), null, CancellationToken.None);
        await backend.AddHashKeysAsync(teamId, item);
        backend.Time.Set(item.Now);

        var response = await backend.Server.PostAsync(Path(item), Body(item, token));
        var answer = await response.ReadJsonAsync();

        var flags = answer.GetProperty("flags");
        foreach (var (key, expected) in item.Expectations)
        {
            Assert.Null(VectorExpectation.FindDifference(key, expected, flags.TryGetProperty(key, out var record) ? record : default));
        }

        Assert.Equal(item.ErrorsWhileComputing, answer.GetProperty("errorsWhileComputingFlags").GetBoolean());
    }

    [Theory]
    [InlineData("simple")]
    [InlineData("multivariate")]
    public async Task A_thousand_callers_fall_over_http_where_every_SDK_puts_them(string list)
    {
        var document = JsonElement.Parse(File.ReadAllBytes(System.IO.Path.Combine(VectorFolder.CheckedIn, "consistency.json"))).GetProperty(list);
        var flag = document.GetProperty("flag");
        var key = flag.GetProperty("key").GetString()!;
        var (teamId, token) = await backend.CreateTeamAsync("UTC", explicitMatching: false);
        await backend.Archive.ImportAsync(teamId, new ArchiveDocument { Flags = [Row(flag)] }, null, CancellationToken.None);
        var actual = new List<string>();
        for (var i = 0; i < 1000; i++)
        {
            var answer = await (await backend.Server.PostAsync("/flags/", new { token, distinct_id = $"distinct_id_{i}", evaluation_runtime = "all" })).ReadJsonAsync();
            actual.Add(answer.GetProperty("featureFlags").GetProperty(key).GetRawText());
        }

        Assert.Equal(document.GetProperty("results").EnumerateArray().Select(result => result.GetRawText()), actual);
    }

    private static string Path(VectorCase item) =>
        "/flags/?v=2" + string.Concat(QueryFlags.Where(name => item.Request.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True).Select(name => $"&{name}=true"));

    private static string Body(VectorCase item, string token)
    {
        var body = JsonNode.Parse(item.Request.GetRawText())!.AsObject();
        body["token"] = token;
        if (!body.ContainsKey("evaluation_runtime"))
        {
            body["evaluation_runtime"] = "all";
        }

        return body.ToJsonString();
    }

    private static ArchiveDocument Document(VectorCase item)
    {
        var id = DistinctId(item);
        var members = item.StaticCohortIds.ToHashSet();
        return new ArchiveDocument
        {
            GroupTypes = item.GroupTypes,
            Flags = [.. item.Flags.Select(Row)],
            Cohorts = [.. item.Cohorts.Select(cohort => Cohort(cohort, members, id))],
            Persons = item.Person.ValueKind == JsonValueKind.Object
                ? [new ArchivePerson(null, [id], Bytes(item.Person, "properties") ?? "{}"u8.ToArray(), item.Person.TryGetProperty("created_at", out var created) ? created.GetDateTimeOffset() : null)]
                : [],
            Groups = [.. item.Groups.Select(group => new ArchiveGroup(group.GetProperty("group_type_index").GetInt32(), group.GetProperty("group_key").GetString()!, Bytes(group, "group_properties")))],
        };
    }

    private static string DistinctId(VectorCase item)
    {
        var id = item.Request.GetProperty("distinct_id");
        var text = id.ValueKind == JsonValueKind.String ? id.GetString()! : id.GetRawText();
        return text.Length > 200 ? text[..200] : text;
    }

    private static ArchiveCohort Cohort(JsonElement row, HashSet<int> members, string distinctId)
    {
        var id = row.GetProperty("id").GetInt32();
        return new ArchiveCohort(
            new CohortRow
            {
                Id = id,
                TeamId = 0,
                IsStatic = row.TryGetProperty("is_static", out var isStatic) && isStatic.ValueKind == JsonValueKind.True,
                FiltersJson = Document(row, "filters"),
                GroupsJson = Document(row, "groups"),
            },
            members.Contains(id) ? [distinctId] : []);
    }

    private static FlagRow Row(JsonElement row) => new()
    {
        Id = row.GetProperty("id").GetInt32(),
        TeamId = 0,
        Key = row.GetProperty("key").GetString()!,
        FiltersJson = Bytes(row, "filters"),
        Active = row.TryGetProperty("active", out var active) && active.ValueKind == JsonValueKind.True,
        Deleted = row.TryGetProperty("deleted", out var deleted) && deleted.ValueKind == JsonValueKind.True,
        EnsureExperienceContinuity = row.TryGetProperty("ensure_experience_continuity", out var continuity) && continuity.ValueKind == JsonValueKind.True,
        Version = row.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.Number ? version.GetInt32() : null,
        EvaluationRuntime = Text(row, "evaluation_runtime"),
        BucketingIdentifier = Text(row, "bucketing_identifier"),
        EvaluationContexts = Texts(row, "evaluation_contexts") ?? Texts(row, "evaluation_tags") ?? [],
        HasExperiment = row.TryGetProperty("has_experiment", out var experiment) && experiment.ValueKind == JsonValueKind.True,
    };

    private static string? Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static List<string>? Texts(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(text => text.GetString()!)] : null;

    private static ReadOnlyMemory<byte>? Document(JsonElement row, string name) => Bytes(row, name) is { } json ? new ReadOnlyMemory<byte>(json) : default(ReadOnlyMemory<byte>?);

    private static byte[]? Bytes(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? Encoding.UTF8.GetBytes(value.GetRawText()) : null;

    /// <summary>One database and one server for all cases.</summary>
    public sealed class Backend : IAsyncLifetime
    {
        private NpgsqlDataSource source = null!;
        private int teams;

        internal FlagsServer Server { get; private set; } = null!;

        internal FakeTime Time { get; } = new();

        internal IArchive Archive => Server.Services.GetRequiredService<IArchive>();

        public async ValueTask InitializeAsync()
        {
            var connection = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
            source = NpgsqlDataSource.Create(connection);
            Server = await FlagsServer.StartAsync(connection, time: Time);
        }

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            await source.DisposeAsync();
        }

        internal Task<(int TeamId, string Token)> CreateTeamAsync(VectorCase item) => CreateTeamAsync(item.TimeZone, item.ExplicitMatching);

        internal async Task<(int TeamId, string Token)> CreateTeamAsync(string timeZone, bool explicitMatching)
        {
            var token = string.Create(CultureInfo.InvariantCulture, $"phc_case_{Interlocked.Increment(ref teams)}");
            await using var command = source.CreateCommand("insert into posthog_team (api_token, timezone) values ($1, $2) returning id");
            command.Parameters.Add(new() { Value = token });
            command.Parameters.Add(new() { Value = timeZone });
            var id = (int)(await command.ExecuteScalarAsync())!;
            if (explicitMatching)
            {
                await using var config = source.CreateCommand("insert into feature_flags_teamfeatureflagsconfig (team_id, property_matching_version) values ($1, 2)");
                config.Parameters.Add(new() { Value = id });
                await config.ExecuteNonQueryAsync();
            }

            return (id, token);
        }

        internal async Task AddHashKeysAsync(int teamId, VectorCase item)
        {
            foreach (var (flag, hashKey) in item.HashKeyOverrides)
            {
                await using var command = source.CreateCommand(
                    "insert into posthog_featureflaghashkeyoverride (team_id, person_id, feature_flag_key, hash_key) select $1, id, $2, $3 from posthog_person where team_id = $1");
                command.Parameters.Add(new() { Value = teamId });
                command.Parameters.Add(new() { Value = flag });
                command.Parameters.Add(new() { Value = hashKey });
                await command.ExecuteNonQueryAsync();
            }
        }
    }
}
