using System.Text;
using System.Text.Json;
using FlagsService.Evaluation.Compilation;
using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache.FlagDefinitions;
using Xunit;

namespace FlagsService.HyperCache.Tests;

public sealed class FlagBundleTests
{
    private static readonly TeamDefinitions Definitions = new()
    {
        TeamId = 3,
        Revision = 9,
        Fingerprint = 11,
        TimeZone = "Europe/Berlin",
        ExplicitMatching = true,
        MinimalFlagCalledEvents = true,
        GroupTypes = new Dictionary<int, string> { [0] = "company", [3] = "proj\"ect" },
        SurveyFlagIds = new HashSet<int> { 2 },
        Flags =
        [
            new FlagRow
            {
                Id = 1, TeamId = 3, Key = "a\u00e9\"", Name = "n", FiltersJson = Bytes("""{"groups":[{"properties":[{"type":"flag","key":"2","value":true,"operator":"flag_evaluates_to"}]}]}"""), Active = true,
                EnsureExperienceContinuity = true, Version = 4, EvaluationRuntime = "server", EvaluationContexts = ["one", "two"], BucketingIdentifier = "device_id", HasExperiment = true,
            },
            new FlagRow { Id = 2, TeamId = 3, Key = "b", FiltersJson = Bytes("{}"), Active = true, HasEncryptedPayloads = true },
            new FlagRow { Id = 4, TeamId = 3, Key = "no json", FiltersJson = Bytes("{\"groups\":") },
            new FlagRow { Id = 5, TeamId = 3, Key = "null", FiltersJson = Bytes("null") },
            new FlagRow { Id = 6, TeamId = 3, Key = "empty", FiltersJson = default },
        ],
        Cohorts =
        [
            new CohortRow { Id = 7, TeamId = 3, Name = "c", FiltersJson = null, GroupsJson = Bytes("[]"), CohortType = "realtime" },
            new CohortRow { Id = 8, TeamId = 3, IsStatic = true, FiltersJson = Bytes("{\"properties\":{}}"), GroupsJson = null },
        ],
    };

    [Fact]
    public void Another_server_reads_what_this_one_wrote()
    {
        var read = FlagBundle.TryRead(3, 9, FlagBundle.Write(CompiledFlagSet.Compile(Definitions)))!;
        Assert.Equal(Describe(Definitions), Describe(read));
    }

    [Fact]
    public void Dependencies_are_described_for_other_readers()
    {
        using var bundle = JsonDocument.Parse(FlagBundle.Write(CompiledFlagSet.Compile(Definitions)));
        var metadata = bundle.RootElement.GetProperty("evaluation_metadata");
        Assert.Equal("[[2],[1]]", metadata.GetProperty("dependency_stages").GetRawText());
        Assert.Equal("[2]", metadata.GetProperty("transitive_deps").GetProperty("1").GetRawText());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"flags\":[],\"cohorts\":[],\"team\":{\"id\":4}}")]
    [InlineData("{\"flags\":{},\"cohorts\":[],\"team\":{\"id\":3}}")]
    public void What_is_no_bundle_of_the_team_is_nothing(string json) => Assert.Null(FlagBundle.TryRead(3, 1, Bytes(json)));

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Describe(TeamDefinitions definitions) => JsonSerializer.Serialize(new
    {
        definitions.TeamId,
        definitions.Revision,
        definitions.Fingerprint,
        definitions.TimeZone,
        definitions.ExplicitMatching,
        definitions.MinimalFlagCalledEvents,
        definitions.GroupTypes,
        definitions.SurveyFlagIds,
        definitions.Flags,
        Cohorts = definitions.Cohorts.Select(cohort => new { cohort.Id, cohort.TeamId, cohort.Name, cohort.IsStatic, cohort.FiltersJson, cohort.GroupsJson, cohort.CohortType }),
    });
}
