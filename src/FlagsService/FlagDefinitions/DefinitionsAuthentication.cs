using FlagsService.Errors;
using FlagsService.Http;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.FlagDefinitions;

/// <summary>Which team a definitions request is for, and whether it may have them. A secret in <c>?token=</c> names the team and is no credential.</summary>
internal sealed class DefinitionsAuthentication(TeamDirectory teams, SecretTokenAuthenticator secrets)
{
    internal async ValueTask<(Team? Team, ApiError? Error)> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bearer = Bearer.Of(request);
        string? token = request.Query["token"];
        if (!string.IsNullOrWhiteSpace(token))
        {
            var named = await teams.ResolveAsync(token, cancellationToken);
            return named.Team is { } team ? (team, await AuthenticateAsync(bearer, team, cancellationToken)) : (null, Refusal(named.Outcome));
        }

        if (bearer is null)
        {
            return (null, ApiErrors.NoCredentials);
        }

        if (!Bearer.IsSecret(bearer))
        {
            return (null, ApiErrors.TokenParameterRequired);
        }

        var own = await teams.ResolveAsync(bearer, cancellationToken);
        return own.Team is { } found ? (found, null) : (null, Refusal(own.Outcome));
    }

    private async ValueTask<ApiError?> AuthenticateAsync(string? bearer, Team team, CancellationToken cancellationToken)
    {
        if (bearer is null)
        {
            return ApiErrors.NoCredentials;
        }

        if (Bearer.IsSecret(bearer))
        {
            var resolution = await teams.ResolveAsync(bearer, cancellationToken);
            return resolution.Outcome == TokenOutcome.Unavailable ? ApiErrors.DatabaseUnavailable : resolution.Team?.Id == team.Id ? null : ApiErrors.SecretInvalid;
        }

        if (!Bearer.MayBePersonalKey(bearer))
        {
            return ApiErrors.PersonalKeyInvalid;
        }

        var answer = await secrets.AuthenticatePersonalAsync(bearer, cancellationToken);
        return answer.IsUnavailable ? ApiErrors.DatabaseUnavailable
            : !answer.IsHit ? ApiErrors.PersonalKeyInvalid
            : PersonalKeyPolicy.Check(answer.Value, team, PersonalKeyPolicy.FlagScopes) switch
            {
                PersonalKeyVerdict.Allowed => null,
                PersonalKeyVerdict.InsufficientScopes => ApiErrors.PersonalKeyLacksScopes,
                _ => ApiErrors.PersonalKeyInvalid,
            };
    }

    private static ApiError Refusal(TokenOutcome outcome) => outcome switch
    {
        TokenOutcome.SecretInvalid => ApiErrors.SecretInvalid,
        TokenOutcome.Unavailable => ApiErrors.DatabaseUnavailable,
        _ => ApiErrors.InvalidToken,
    };
}
