using FlagsService.Errors;
using FlagsService.HyperCache.Teams;
using FlagsService.HyperCache.Tokens;

namespace FlagsService.Credentials;

/// <summary>Keys that read flags: a team's secrets, project secret keys, and personal keys with a scope for flags. A secret is never tried as a personal key, nor the reverse.</summary>
internal sealed class FlagReaders(TeamDirectory teams, SecretTokenAuthenticator keys)
{
    /// <summary>The team that a token of the query names. A token there is no credential, a secret one neither.</summary>
    internal async ValueTask<FlagReader> FindNamedAsync(string token, CancellationToken cancellationToken)
    {
        var resolution = await teams.ResolveAsync(token, cancellationToken);
        return resolution.Team is { } team ? new(null, team) : new(Refusal(resolution.Outcome));
    }

    /// <summary>The team that a secret belongs to.</summary>
    internal async ValueTask<FlagReader> FindOwnAsync(PresentedToken secret, CancellationToken cancellationToken)
    {
        var resolution = await teams.ResolveSecretAsync(secret, cancellationToken);
        return resolution.Team is { } team ? new(null, team, resolution.Credential) : new(Refusal(resolution.Outcome));
    }

    /// <summary>Whether a bearer reads the flags of a team.</summary>
    internal async ValueTask<FlagReader> AuthenticateAsync(PresentedToken? bearer, Team team, CancellationToken cancellationToken)
    {
        if (bearer is null)
        {
            return new(ApiErrors.NoCredentials);
        }

        if (bearer.IsSecret)
        {
            var own = await FindOwnAsync(bearer, cancellationToken);
            return own.Error is not null || own.Team!.Id == team.Id ? own : new(ApiErrors.SecretInvalid);
        }

        var (error, key) = await FindPersonalAsync(bearer, cancellationToken);
        return key is null ? new(error) : PersonalKeyPolicy.Check(key, team, PersonalKeyPolicy.FlagScopes) switch
        {
            PersonalKeyVerdict.Allowed => new(null, team, key),
            PersonalKeyVerdict.InsufficientScopes => new(ApiErrors.PersonalKeyLacksScopes),
            _ => new(ApiErrors.PersonalKeyInvalid),
        };
    }

    /// <summary>The record of a personal key, whatever it may do.</summary>
    internal async ValueTask<(ApiError? Error, AuthRecord? Key)> FindPersonalAsync(PresentedToken bearer, CancellationToken cancellationToken)
    {
        if (!Bearer.MayBePersonalKey(bearer))
        {
            return (ApiErrors.PersonalKeyInvalid, null);
        }

        var answer = await keys.AuthenticatePersonalAsync(bearer, cancellationToken);

        // A record that does not name its key is from before they did: nothing can be checked against it.
        return answer.IsUnavailable ? (ApiErrors.DatabaseUnavailable, null) : answer.Value?.KeyId is null ? (ApiErrors.PersonalKeyInvalid, null) : (null, answer.Value);
    }

    private static ApiError Refusal(TokenOutcome outcome) => outcome switch
    {
        TokenOutcome.SecretInvalid => ApiErrors.SecretInvalid,
        TokenOutcome.Unavailable => ApiErrors.DatabaseUnavailable,
        _ => ApiErrors.InvalidToken,
    };
}
