using System.Globalization;
using System.Text;
using System.Text.Json;
using FlagsService.Evaluation;
using FlagsService.Evaluation.Definitions;

namespace FlagsService.LoadTests.Benchmarks;

/// <summary>Teams whose flags are like those of f50.json (two properties, a percentage, three variants), and one of their callers.</summary>
internal static class F50
{
    private static readonly JsonElement[] Given = [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "f50.json"))).RootElement.EnumerateArray()];

    internal static ReadOnlyMemory<byte> Body { get; } =
        """{"api_key":"phc_f50","distinct_id":"user-1","person_properties":{"email":"user1@example.com","country":"GB","plan":"pro","age":19,"version":"2.3.1"}}"""u8.ToArray();

    internal static TeamDefinitions Team(int flags, int teamId = 1) => Definitions(teamId, flags, static i => Encoding.UTF8.GetBytes(Given[i % Given.Length].GetProperty("filters").GetRawText()));

    /// <summary>Flags of one condition and a percentage, without variants.</summary>
    internal static TeamDefinitions Plain(int flags) => Definitions(1, flags,
        static _ => """{"groups":[{"properties":[{"key":"country","type":"person","operator":"exact","value":["US","GB","DE","FR"]}],"rollout_percentage":60}]}"""u8.ToArray());

    internal static EvaluationRequest Caller() => new()
    {
        DistinctId = "user-1"u8.ToArray(),
        PersonPropertiesJson = """{"email":"user1@example.com","country":"GB","plan":"pro","age":19,"version":"2.3.1"}"""u8.ToArray(),
        Runtime = RequestRuntime.All,
    };

    private static TeamDefinitions Definitions(int teamId, int flags, Func<int, byte[]> filters) => new()
    {
        TeamId = teamId,
        Flags = [.. Enumerable.Range(0, flags).Select(i => new FlagRow
        {
            Id = i + 1,
            TeamId = teamId,
            Key = string.Create(CultureInfo.InvariantCulture, $"flag-{i:00}"),
            Name = string.Create(CultureInfo.InvariantCulture, $"flag {i}"),
            Active = true,
            Version = 1,
            FiltersJson = filters(i),
        })],
    };
}
