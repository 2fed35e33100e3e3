using System.Globalization;
using FlagsService.Evaluation.Definitions;
using FlagsService.HyperCache.Archive;
using FlagsService.TestKit.Host;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Conformance;

/// <summary>What posthog-node decides by itself is what the server answers, but for the differences named here.</summary>
public sealed class LocalEvaluationParityTests
{
    private const int Users = 500;

    /// <summary>Flags on which the two are known to differ, and why.</summary>
    private static readonly Dictionary<string, string> Differences = new(StringComparer.Ordinal)
    {
        ["differs-enrollment"] = "the SDK does not evaluate early-access enrollment",
        ["differs-epoch-seconds"] = "the SDK reads a number as milliseconds, the server as seconds",
        ["differs-number-in-text"] = "the SDK takes 6px for the number 6, the server for no number",
        ["differs-wildcard-without-star"] = "the SDK raises the last component given, the server reads a caret range",
        ["differs-pre-release"] = "the SDK drops the pre-release, the server ranks it below the release",
        ["differs-list-as-text"] = "the SDK joins a list by commas, the server prints JSON",
        ["differs-dependency-operator"] = "the SDK does not check the operator of a dependency",
        ["differs-null-operand"] = "the SDK compares with the text null, the server never matches",
    };

    [Fact]
    public async Task Posthog_node_and_the_server_agree_on_every_flag_the_SDK_decides()
    {
        await using var server = await FlagsServer.StartAsync();
        var flags = Flags();
        Assert.Equal(60, flags.Count);
        await server.Services.GetRequiredService<IArchive>().ImportAsync(
            server.Tokens.TeamId,
            new ArchiveDocument
            {
                Flags = flags,
                GroupTypes = new Dictionary<int, string> { [0] = "company" },
                Cohorts = [new(new CohortRow { Id = 1, TeamId = 1, FiltersJson = """{"properties":{"type":"OR","values":[{"type":"AND","values":[{"key":"plan","type":"person","value":"pro"},{"key":"country","type":"person","value":"US","negation":true}]}]}}"""u8.ToArray() }, [])],
            },
            null,
            CancellationToken.None);

        var seen = await NodeScript.RunAsync("parity.mjs", server.Address.ToString().TrimEnd('/'), server.Tokens.Public, server.Tokens.Secret!, Users.ToString(CultureInfo.InvariantCulture));

        Assert.InRange(seen.GetProperty("compared").GetInt32(), Users * 50, Users * flags.Count);
        var differing = seen.GetProperty("differences").EnumerateObject().Select(difference => difference.Name).Order(StringComparer.Ordinal);
        Assert.Equal(Differences.Keys.Order(StringComparer.Ordinal), differing);
    }

    private static List<FlagRow> Flags()
    {
        string[] filters =
        [
            Person("country", "exact", """["US","gb"]"""), Person("country", "is_not", "\"US\""), Person("email", "icontains", "\"7@EXAMPLE\""), Person("email", "not_icontains", "\"3\""),
            Person("email", "regex", "\"^user[0-4]\\\\d*@\""), Person("email", "not_regex", "\"5@\""), Person("age", "gt", "\"40\""), Person("age", "lte", "\"40\""), Person("plan", "is_set", "\"is_set\""),
            Person("version", "semver_gte", "\"2.2.0\""), Person("version", "semver_caret", "\"2.1\""), Person("version", "semver_tilde", "\"2.3.1\""), Person("version", "semver_wildcard", "\"2.*\""),
            Person("signed_up", "is_date_before", "\"2026-02-01\""), Person("signed_up", "is_date_after", "\"2026-01-01\""), Person("signed_up", "is_date_after", "\"-9999d\""), Person("email", "starts_with", "\"USER1\""), Person("email", "ends_with", "\"0@example.com\""),
            """{"groups":[{"properties":[{"key":"id","type":"cohort","value":1,"operator":"in"}]}]}""", """{"groups":[{"properties":[{"key":"id","type":"cohort","value":1,"operator":"not_in"}],"rollout_percentage":70}]}""",
            """{"aggregation_group_type_index":0,"groups":[{"properties":[],"rollout_percentage":50}]}""", """{"groups":[{"properties":[{"key":"1","type":"flag","value":true,"operator":"flag_evaluates_to"}]}]}""",
            """{"groups":[{"properties":[]}],"multivariate":{"variants":[{"key":"a","rollout_percentage":33.3},{"key":"b","rollout_percentage":33.3},{"key":"c","rollout_percentage":33.4}]}}""",
            """{"groups":[{"properties":[{"key":"plan","type":"person","value":"pro"}],"variant":"b"},{"rollout_percentage":40}],"multivariate":{"variants":[{"key":"a","rollout_percentage":60},{"key":"b","rollout_percentage":30}]}}""",
            """{"early_exit":true,"groups":[{"rollout_percentage":30},{"rollout_percentage":100}]}""", """{"groups":[{"rollout_percentage":100}],"holdout":{"id":5,"exclusion_percentage":20}}""",
        ];
        var flags = new List<FlagRow>();
        for (var i = 0; i < 52; i++)
        {
            var document = filters[i % filters.Length];
            flags.Add(NodeSdkTests.Flag(i + 1, $"flag-{i + 1}", i < filters.Length ? document : document.Replace("\"groups\":[{", "\"groups\":[{\"rollout_percentage\":55,", StringComparison.Ordinal)));
        }

        string[] differing =
        [
            """{"feature_enrollment":true,"groups":[{"rollout_percentage":0}]}""",
            Person("epoch", "is_date_after", "\"2000-01-01\""),
            Person("size", "gt", "\"5\""),
            Person("version", "semver_wildcard", "\"2.1\""),
            Person("preview", "semver_gte", "\"3.0.0\""),
            Person("tags", "icontains", "\"a,b\""),
            """{"groups":[{"properties":[{"key":"23","type":"flag","value":true,"operator":"exact"}]}]}""",
            Person("nothing", "exact", "null"),
        ];
        string[] keys =
        [
            "differs-enrollment", "differs-epoch-seconds", "differs-number-in-text", "differs-wildcard-without-star", "differs-pre-release", "differs-list-as-text", "differs-dependency-operator", "differs-null-operand",
        ];
        flags.AddRange(differing.Select((document, i) => NodeSdkTests.Flag(100 + i, keys[i], document)));
        return flags;
    }

    private static string Person(string key, string comparison, string value) => $$$"""{"groups":[{"properties":[{"key":"{{{key}}}","type":"person","operator":"{{{comparison}}}","value":{{{value}}}}]}]}""";
}
