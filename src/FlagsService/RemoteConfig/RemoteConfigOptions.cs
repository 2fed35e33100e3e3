namespace FlagsService.RemoteConfig;

/// <summary>Section <c>FlagsService:RemoteConfig</c>.</summary>
internal sealed class RemoteConfigOptions
{
    internal const string Section = "FlagsService:RemoteConfig";

    /// <summary>Keys that decrypt payloads, with commas between them; a new one goes first.</summary>
    public string SecretKeys { get; set; } = "";

    internal string[] Keys => SecretKeys.Length == 0 ? [] : SecretKeys.Split(',', StringSplitOptions.TrimEntries);
}
