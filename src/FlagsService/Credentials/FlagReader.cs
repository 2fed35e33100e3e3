using FlagsService.Errors;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Credentials;

/// <summary>Who reads a team's flags with a key, or why nobody does.</summary>
/// <param name="Error">The refusal; null when accepted.</param>
/// <param name="Team">The team; present when accepted.</param>
/// <param name="Key">The record of the key; present when accepted.</param>
internal readonly record struct FlagReader(ApiError? Error, Team? Team = null, AuthRecord? Key = null)
{
    /// <summary>Kind of key, as metrics name it.</summary>
    internal string Method => Key?.Kind switch
    {
        AuthRecordKind.Personal => "personal_api_key",
        AuthRecordKind.ProjectSecret => "project_secret_api_key",
        _ => "secret_api_key",
    };
}
