using FlagsService.Evaluation.Lookups;

namespace FlagsService.Evaluation.Tests;

/// <summary>A request and what is stored for it, in the words of a test.</summary>
internal sealed record Caller(string DistinctId = "user-1")
{
    public string? Device { get; init; }

    public string? Anonymous { get; init; }

    public string Properties { get; init; } = "";

    public string Groups { get; init; } = "";

    public string GroupProperties { get; init; } = "";

    public string[]? FlagKeys { get; init; }

    public string[]? Contexts { get; init; }

    public RequestRuntime Runtime { get; init; } = RequestRuntime.All;

    public bool OnlySurveys { get; init; }

    public bool OnlyOverrides { get; init; }

    public bool Explain { get; init; }

    public bool MayWrite { get; init; } = true;

    public DateTimeOffset Now { get; init; } = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What storage answers, whatever was asked.</summary>
    public LookupResult Stored { get; init; } = LookupResult.None;

    public EvaluationRequest ToRequest() => new()
    {
        DistinctId = Utf8(DistinctId),
        DeviceId = Utf8(Device),
        AnonymousId = Utf8(Anonymous),
        PersonPropertiesJson = Utf8(Properties),
        GroupsJson = Utf8(Groups),
        GroupPropertiesJson = Utf8(GroupProperties),
        FlagKeys = FlagKeys,
        EvaluationContexts = Contexts,
        Runtime = Runtime,
        OnlySurveyFlags = OnlySurveys,
        OnlyOverrideProperties = OnlyOverrides,
        Explain = Explain,
        MayWrite = MayWrite,
        Now = Now,
    };

    private static byte[] Utf8(string? text) => System.Text.Encoding.UTF8.GetBytes(text ?? "");
}
